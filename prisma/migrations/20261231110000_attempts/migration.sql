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

-- Extremes of metrics over ranges of steps, from which long series are drawn. There are 128 ranges in each octave of steps, so that a series has
-- few of them however long it is. Triggers keep them true, whoever writes metrics.
CREATE FUNCTION "anneal_metric_range"("step" integer) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT ("step" >> greatest(0, floor(log(greatest("step", 1)::float8) / log(2::float8))::integer - 7))
    << greatest(0, floor(log(greatest("step", 1)::float8) / log(2::float8))::integer - 7)
$$;

CREATE TABLE "MetricRange" (
    "jobId" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "start" INTEGER NOT NULL,
    "teamId" TEXT NOT NULL,
    "count" INTEGER NOT NULL,
    "minStep" INTEGER NOT NULL,
    "minValue" DOUBLE PRECISION NOT NULL,
    "maxStep" INTEGER NOT NULL,
    "maxValue" DOUBLE PRECISION NOT NULL,

    CONSTRAINT "MetricRange_pkey" PRIMARY KEY ("jobId", "key", "start")
);
ALTER TABLE "MetricRange" ADD CONSTRAINT "MetricRange_jobId_fkey" FOREIGN KEY ("jobId") REFERENCES "Job"("id") ON DELETE CASCADE ON UPDATE CASCADE;
SELECT "anneal_protect"('"MetricRange"');

INSERT INTO "MetricRange" ("jobId", "key", "start", "teamId", "count", "minStep", "minValue", "maxStep", "maxValue")
SELECT "jobId", "key", "start", (SELECT "teamId" FROM "Job" WHERE "id" = "jobId"), "count", low[2], low[1], -high[2], high[1] FROM (
  SELECT "jobId", "key", "anneal_metric_range"("step") AS "start", count(*) AS "count",
    min(ARRAY["value", "step"]) AS low, max(ARRAY["value", -"step"]) AS high
  FROM "Metric" GROUP BY 1, 2, 3
) AS ranges;

CREATE FUNCTION "metricsAdded"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO "MetricRange" AS known ("jobId", "key", "start", "teamId", "count", "minStep", "minValue", "maxStep", "maxValue")
    SELECT "jobId", "key", "start", (SELECT "teamId" FROM "Job" WHERE "id" = "jobId"), "count", low[2], low[1], -high[2], high[1] FROM (
      SELECT "jobId", "key", "anneal_metric_range"("step") AS "start", count(*) AS "count",
        min(ARRAY["value", "step"]) AS low, max(ARRAY["value", -"step"]) AS high
      FROM changed GROUP BY 1, 2, 3
    ) AS ranges
    ON CONFLICT ("jobId", "key", "start") DO UPDATE SET
      "count" = known."count" + EXCLUDED."count",
      "minStep" = CASE WHEN EXCLUDED."minValue" < known."minValue" THEN EXCLUDED."minStep" ELSE known."minStep" END,
      "minValue" = least(EXCLUDED."minValue", known."minValue"),
      "maxStep" = CASE WHEN EXCLUDED."maxValue" > known."maxValue" THEN EXCLUDED."maxStep" ELSE known."maxStep" END,
      "maxValue" = greatest(EXCLUDED."maxValue", known."maxValue");
    RETURN NULL;
END
$$;
CREATE TRIGGER "Metric_added" AFTER INSERT ON "Metric" REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION "metricsAdded"();

-- A step that is done again after a failure may have another value.
CREATE FUNCTION "metricsChanged"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE "MetricRange" AS known SET "minStep" = low[2], "minValue" = low[1], "maxStep" = -high[2], "maxValue" = high[1] FROM (
      SELECT stale."jobId", stale."key", stale."start", min(ARRAY[metric."value", metric."step"]) AS low, max(ARRAY[metric."value", -metric."step"]) AS high
      FROM (
        SELECT DISTINCT "jobId", "key", "anneal_metric_range"("step") AS "start" FROM changed
        JOIN former USING ("jobId", "key", "step") WHERE changed."value" <> former."value"
      ) AS stale
      JOIN "Metric" AS metric ON metric."jobId" = stale."jobId" AND metric."key" = stale."key"
        AND metric."step" BETWEEN stale."start" AND stale."start" + (stale."start" >> 7) + 1 AND "anneal_metric_range"(metric."step") = stale."start"
      GROUP BY 1, 2, 3
    ) AS ranges
    WHERE known."jobId" = ranges."jobId" AND known."key" = ranges."key" AND known."start" = ranges."start";
    RETURN NULL;
END
$$;
CREATE TRIGGER "Metric_changed" AFTER UPDATE ON "Metric" REFERENCING OLD TABLE AS former NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION "metricsChanged"();

-- Rows of a parent: EXISTS was answered from a hash of all the parents that the team sees, which takes a second where those are a million jobs. What
-- one row of the parent says is looked up in its index instead.
CREATE OR REPLACE FUNCTION "anneal_protect"("protected" regclass, "column" text, "parent" regclass) RETURNS void LANGUAGE sql AS $$
  SELECT "anneal_protect_by"("protected", format('(SELECT true FROM %s AS parent WHERE parent."id" = %s.%I)', "parent", "protected", "column"))
$$;
DO $$
DECLARE
  child record;
BEGIN
  FOR child IN SELECT * FROM (VALUES
    ('"UploadPiece"'::regclass, 'uploadId', '"Upload"'::regclass),
    ('"Transition"', 'jobId', '"Job"'),
    ('"Event"', 'jobId', '"Job"'),
    ('"Metric"', 'jobId', '"Job"'),
    ('"Checkpoint"', 'jobId', '"Job"'),
    ('"CheckpointUse"', 'jobId', '"Job"'),
    ('"Artifact"', 'jobId', '"Job"'),
    ('"Attempt"', 'jobId', '"Job"'),
    ('"Trial"', 'sweepId', '"Sweep"')
  ) AS children("table", "column", "parent") LOOP
    EXECUTE format('DROP POLICY "team" ON %s', child."table");
    EXECUTE format('DROP POLICY "service" ON %s', child."table");
    PERFORM "anneal_protect"(child."table", child."column", child."parent");
  END LOOP;
END $$;
