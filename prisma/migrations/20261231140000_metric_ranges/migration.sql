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
  FOR child IN
    SELECT format('%I.%I', schemaname, tablename)::regclass AS "table",
      (regexp_match(qual, 'FROM "?(\w+)"? parent'))[1] AS "parent", (regexp_match(qual, 'parent\.id = "?\w+"?\."?(\w+)"?\)'))[1] AS "column"
    FROM pg_policies WHERE schemaname = current_schema() AND policyname = 'team' AND qual LIKE '%EXISTS%FROM%parent%'
  LOOP
    EXECUTE format('DROP POLICY "team" ON %s', child."table");
    EXECUTE format('DROP POLICY "service" ON %s', child."table");
    PERFORM "anneal_protect"(child."table", child."column", format('%I', child."parent")::regclass);
  END LOOP;
END $$;
