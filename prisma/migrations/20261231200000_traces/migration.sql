-- The span of the request that has queued the work, where requests are traced.
ALTER TABLE "Job" ADD COLUMN "traceparent" TEXT;
ALTER TABLE "DatasetVersion" ADD COLUMN "traceparent" TEXT;
ALTER TABLE "PredictionBatch" ADD COLUMN "traceparent" TEXT;
