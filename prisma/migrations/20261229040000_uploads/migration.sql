-- Resumable uploads, in pieces that are blobs.
CREATE TABLE "Upload" (
    "id" TEXT NOT NULL,
    "teamId" TEXT NOT NULL,
    "sizeBytes" BIGINT,
    "offset" BIGINT NOT NULL DEFAULT 0,
    "metadata" JSONB,
    "datasetId" TEXT,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expiresAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "Upload_pkey" PRIMARY KEY ("id")
);
CREATE TABLE "UploadPiece" (
    "uploadId" TEXT NOT NULL,
    "start" BIGINT NOT NULL,
    "sizeBytes" BIGINT NOT NULL,
    "blobKey" TEXT NOT NULL,

    CONSTRAINT "UploadPiece_pkey" PRIMARY KEY ("uploadId", "start")
);
CREATE INDEX "Upload_teamId_id_idx" ON "Upload"("teamId", "id");
CREATE INDEX "Upload_expiresAt_idx" ON "Upload"("expiresAt");
CREATE UNIQUE INDEX "UploadPiece_blobKey_key" ON "UploadPiece"("blobKey");
ALTER TABLE "Upload" ADD CONSTRAINT "Upload_teamId_fkey" FOREIGN KEY ("teamId") REFERENCES "Team"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "UploadPiece" ADD CONSTRAINT "UploadPiece_uploadId_fkey" FOREIGN KEY ("uploadId") REFERENCES "Upload"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Where a worker fetches a data set from.
ALTER TABLE "Dataset" ADD COLUMN "importFrom" TEXT;
