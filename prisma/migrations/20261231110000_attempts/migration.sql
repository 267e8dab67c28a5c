-- What lists are filtered and sorted by. Row-level security keeps expressions from being looked up in an index, so that these are columns.
ALTER TABLE "Job"
  ADD COLUMN "datasetKey" TEXT COLLATE "C" GENERATED ALWAYS AS (split_part("datasetId", '@', 1)) STORED,
  ADD COLUMN "model" TEXT COLLATE "C" GENERATED ALWAYS AS ("spec"->'model'->>'name') STORED,
  ADD COLUMN "nameKey" TEXT COLLATE "C" GENERATED ALWAYS AS (lower("name")) STORED,
  ADD COLUMN "finalMetrics" JSONB,
  ADD COLUMN "attemptStep" INTEGER,
  ADD COLUMN "accumulationFactor" INTEGER NOT NULL DEFAULT 1;
ALTER TABLE "DatasetVersion"
  ADD COLUMN "nameKey" TEXT COLLATE "C" GENERATED ALWAYS AS (lower("name")) STORED;
ALTER TABLE "Sweep"
  ADD COLUMN "datasetKey" TEXT COLLATE "C" GENERATED ALWAYS AS (split_part("datasetId", '@', 1)) STORED,
  ADD COLUMN "nameKey" TEXT COLLATE "C" GENERATED ALWAYS AS (lower("name")) STORED;

CREATE INDEX "Job_teamId_createdAt_id_idx" ON "Job"("teamId", "createdAt", "id");
CREATE INDEX "Job_teamId_state_createdAt_id_idx" ON "Job"("teamId", "state", "createdAt", "id");
CREATE INDEX "Job_teamId_datasetKey_createdAt_id_idx" ON "Job"("teamId", "datasetKey", "createdAt", "id");
CREATE INDEX "Job_teamId_model_createdAt_id_idx" ON "Job"("teamId", "model", "createdAt", "id");
CREATE INDEX "Job_teamId_nameKey_id_idx" ON "Job"("teamId", "nameKey", "id");
CREATE INDEX "Job_teamId_priority_id_idx" ON "Job"("teamId", "priority", "id");
CREATE INDEX "Sweep_teamId_createdAt_id_idx" ON "Sweep"("teamId", "createdAt", "id");
CREATE INDEX "Sweep_teamId_nameKey_id_idx" ON "Sweep"("teamId", "nameKey", "id");
CREATE INDEX "DatasetVersion_listed_created_idx" ON "DatasetVersion"("teamId", "createdAt", "id") WHERE "isCurrent";
CREATE INDEX "DatasetVersion_listed_name_idx" ON "DatasetVersion"("teamId", "nameKey", "id") WHERE "isCurrent";

-- The final metrics of jobs, each with a row by which jobs are found and sorted.
CREATE TABLE "JobMetric" (
    "jobId" TEXT NOT NULL,
    "teamId" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "value" DOUBLE PRECISION NOT NULL,

    CONSTRAINT "JobMetric_pkey" PRIMARY KEY ("jobId", "key")
);
CREATE INDEX "JobMetric_teamId_key_value_jobId_idx" ON "JobMetric"("teamId", "key", "value", "jobId");
ALTER TABLE "JobMetric" ADD CONSTRAINT "JobMetric_jobId_fkey" FOREIGN KEY ("jobId") REFERENCES "Job"("id") ON DELETE CASCADE ON UPDATE CASCADE;
SELECT "anneal_protect"('"JobMetric"');

INSERT INTO "JobMetric" ("jobId", "teamId", "key", "value")
SELECT "Job"."id", "Job"."teamId", metric.key, (metric.value #>> '{}')::double precision
FROM "Job" CROSS JOIN LATERAL jsonb_each("Job"."report") AS metric
WHERE jsonb_typeof("Job"."report") = 'object' AND jsonb_typeof(metric.value) = 'number'
  AND metric.key IN ('accuracy', 'top5', 'balancedAccuracy', 'macroF1', 'nll', 'nllUncalibrated', 'ece', 'eceUncalibrated');
UPDATE "Job" SET "finalMetrics" = final."metrics"
FROM (SELECT "jobId", jsonb_object_agg("key", "value") AS "metrics" FROM "JobMetric" GROUP BY "jobId") AS final
WHERE final."jobId" = "Job"."id";

-- What each attempt of a job did.
CREATE TABLE "Attempt" (
    "jobId" TEXT NOT NULL,
    "number" INTEGER NOT NULL,
    "worker" TEXT,
    "deviceKind" TEXT NOT NULL,
    "devices" INTEGER NOT NULL,
    "accumulationFactor" INTEGER NOT NULL DEFAULT 1,
    "fromStep" INTEGER NOT NULL DEFAULT 0,
    "toStep" INTEGER,
    "startedAt" TIMESTAMP(3) NOT NULL,
    "endedAt" TIMESTAMP(3),
    "outcome" TEXT,
    "reason" JSONB,

    CONSTRAINT "Attempt_pkey" PRIMARY KEY ("jobId", "number")
);
ALTER TABLE "Attempt" ADD CONSTRAINT "Attempt_jobId_fkey" FOREIGN KEY ("jobId") REFERENCES "Job"("id") ON DELETE CASCADE ON UPDATE CASCADE;
SELECT "anneal_protect"('"Attempt"', 'jobId', '"Job"');
