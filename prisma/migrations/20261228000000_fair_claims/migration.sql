-- AlterTable
ALTER TABLE "Team" ADD COLUMN     "deviceSeconds" DOUBLE PRECISION NOT NULL DEFAULT 0,
ADD COLUMN     "ingestedAt" TIMESTAMP(3),
ADD COLUMN     "meteredAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
ADD COLUMN     "weight" DOUBLE PRECISION NOT NULL DEFAULT 1;

-- AlterTable
ALTER TABLE "Dataset" ADD COLUMN     "deaths" INTEGER NOT NULL DEFAULT 0;

-- AlterTable
ALTER TABLE "Job" ADD COLUMN     "deaths" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "failures" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "meteredAt" TIMESTAMP(3),
ADD COLUMN     "notBefore" TIMESTAMP(3);

-- AlterTable
ALTER TABLE "Checkpoint" ADD COLUMN     "supersededAt" TIMESTAMP(3);

-- DropIndex
DROP INDEX "Checkpoint_jobId_kind_key";

-- DropIndex
DROP INDEX "Job_state_idx";

-- CreateTable
CREATE TABLE "CheckpointUse" (
    "jobId" TEXT NOT NULL,
    "checkpointId" TEXT NOT NULL,

    CONSTRAINT "CheckpointUse_pkey" PRIMARY KEY ("jobId","checkpointId")
);

-- CreateTable
CREATE TABLE "RemovedBlob" (
    "key" TEXT NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "RemovedBlob_pkey" PRIMARY KEY ("key")
);

-- CreateIndex
CREATE INDEX "Job_state_teamId_id_idx" ON "Job"("state", "teamId", "id");

-- CreateIndex
CREATE INDEX "Job_datasetId_idx" ON "Job"("datasetId");

-- CreateIndex
CREATE INDEX "Checkpoint_jobId_kind_idx" ON "Checkpoint"("jobId", "kind");

-- CreateIndex
CREATE INDEX "Checkpoint_sha256_idx" ON "Checkpoint"("sha256");

-- CreateIndex
CREATE INDEX "CheckpointUse_checkpointId_idx" ON "CheckpointUse"("checkpointId");

-- AddForeignKey
ALTER TABLE "CheckpointUse" ADD CONSTRAINT "CheckpointUse_jobId_fkey" FOREIGN KEY ("jobId") REFERENCES "Job"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "CheckpointUse" ADD CONSTRAINT "CheckpointUse_checkpointId_fkey" FOREIGN KEY ("checkpointId") REFERENCES "Checkpoint"("id") ON DELETE CASCADE ON UPDATE CASCADE;
