-- A data set has versions: each is a row, whose id is DATASET@NUMBER. What there was before is each data set's first version.
ALTER TABLE "Dataset" RENAME TO "DatasetVersion";
ALTER TABLE "DatasetVersion" RENAME CONSTRAINT "Dataset_pkey" TO "DatasetVersion_pkey";
ALTER TABLE "DatasetVersion" RENAME CONSTRAINT "Dataset_teamId_fkey" TO "DatasetVersion_teamId_fkey";
ALTER INDEX "Dataset_teamId_id_idx" RENAME TO "DatasetVersion_teamId_id_idx";
ALTER INDEX "Dataset_state_idx" RENAME TO "DatasetVersion_state_idx";

ALTER TABLE "DatasetVersion"
  ADD COLUMN "datasetId" TEXT,
  ADD COLUMN "number" INTEGER,
  ADD COLUMN "isCurrent" BOOLEAN NOT NULL DEFAULT false,
  ADD COLUMN "parent" INTEGER,
  ADD COLUMN "requestId" TEXT,
  ADD COLUMN "changes" JSONB,
  ADD COLUMN "changed" JSONB;
-- Jobs follow by their foreign key.
UPDATE "DatasetVersion" SET "datasetId" = "id", "number" = 1, "isCurrent" = true, "id" = "id" || '@1';
UPDATE "Sweep" SET "datasetId" = "datasetId" || '@1';
UPDATE "Upload" SET "datasetId" = "datasetId" || '@1' WHERE "datasetId" IS NOT NULL;
UPDATE "Outbox" SET "ref" = "ref" || '@1' WHERE "kind" = 'dataset';
ALTER TABLE "DatasetVersion" ALTER COLUMN "datasetId" SET NOT NULL, ALTER COLUMN "number" SET NOT NULL;

CREATE UNIQUE INDEX "DatasetVersion_datasetId_number_key" ON "DatasetVersion"("datasetId", "number");
CREATE UNIQUE INDEX "DatasetVersion_requestId_key" ON "DatasetVersion"("requestId");
