-- What ended lately, for operators, and what ended long ago, for its removal.
CREATE INDEX "Job_endedAt_idx" ON "Job"("endedAt");
ALTER TABLE "Job" ADD COLUMN "historyRemovedAt" TIMESTAMP(3);
CREATE INDEX "Job_history_idx" ON "Job"("endedAt")
  WHERE "endedAt" IS NOT NULL AND ("historyRemovedAt" IS NULL OR "historyRemovedAt" < "endedAt");
CREATE INDEX "Attempt_endedAt_idx" ON "Attempt"("endedAt");
