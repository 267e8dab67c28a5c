-- DropIndex
DROP INDEX "Job_state_teamId_id_idx";

-- CreateIndex
CREATE INDEX "Job_state_teamId_createdAt_id_idx" ON "Job"("state", "teamId", "createdAt", "id");
