-- What a predictor prints for a batch of predictions.
ALTER TABLE "LogChunk" ADD COLUMN "predictionBatchId" TEXT;
CREATE INDEX "LogChunk_predictionBatchId_idx" ON "LogChunk"("predictionBatchId");
ALTER TABLE "LogChunk" ADD CONSTRAINT "LogChunk_predictionBatchId_fkey" FOREIGN KEY ("predictionBatchId") REFERENCES "PredictionBatch"("id") ON DELETE CASCADE ON UPDATE CASCADE;
-- Logs count as stored.
CREATE INDEX "LogChunk_teamId_idx" ON "LogChunk"("teamId");
CREATE TRIGGER "PredictionBatch_changes" AFTER UPDATE ON "PredictionBatch" FOR EACH ROW WHEN (OLD."state" IS DISTINCT FROM NEW."state") EXECUTE FUNCTION "notifyChange"();
