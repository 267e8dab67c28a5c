-- Events and metrics are partitioned by the month in which their job was submitted, which its id begins with, so that old ones are dropped with
-- their table, and the indexes of new ones stay small. Tables and columns are called as before. What there is becomes the first partition, up to
-- the end of this month: nothing is copied.
-- Partitions are in a schema of their own, on which no role but the owner has any right: rows are reached through the tables, whose row security counts.
CREATE SCHEMA "anneal_partitions";
REVOKE ALL ON SCHEMA "anneal_partitions" FROM PUBLIC;

-- The first id that a job submitted at that time can have: see service/ids.ts.
CREATE FUNCTION "anneal_job_id_at"("at" timestamptz) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
  "left" bigint := floor(extract(epoch FROM "at") * 1000);
  "digits" text := '';
BEGIN
  FOR "i" IN 1..9 LOOP
    "digits" := substr('0123456789abcdefghijklmnopqrstuvwxyz', ("left" % 36)::integer + 1, 1) || "digits";
    "left" := "left" / 36;
  END LOOP;
  RETURN 'job_' || "digits";
END $$;

-- The first of a month in UTC, so many months from now.
CREATE FUNCTION "anneal_month"("ahead" integer) RETURNS timestamptz LANGUAGE sql STABLE AS $$
  SELECT (date_trunc('month', now() AT TIME ZONE 'UTC') + make_interval(months => "ahead")) AT TIME ZONE 'UTC'
$$;

CREATE FUNCTION "anneal_first_partition"("name" text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  "trigger" record;
BEGIN
  FOR "trigger" IN SELECT tgname FROM pg_trigger WHERE tgrelid = format('public.%I', "name")::regclass AND NOT tgisinternal LOOP
    EXECUTE format('DROP TRIGGER %I ON public.%I', "trigger".tgname, "name");
  END LOOP;
  EXECUTE format('ALTER TABLE public.%I SET SCHEMA "anneal_partitions"', "name");
  EXECUTE format('DROP POLICY "team" ON "anneal_partitions".%I', "name");
  EXECUTE format('DROP POLICY "service" ON "anneal_partitions".%I', "name");
  EXECUTE format('ALTER TABLE "anneal_partitions".%I RENAME TO %I', "name", "name" || to_char("anneal_month"(1) AT TIME ZONE 'UTC', '"_until_"YYYY_MM'));
END $$;

CREATE FUNCTION "anneal_attach_first_partition"("name" text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('ALTER TABLE public.%I ATTACH PARTITION "anneal_partitions".%I FOR VALUES FROM (MINVALUE) TO (%L)',
    "name", "name" || to_char("anneal_month"(1) AT TIME ZONE 'UTC', '"_until_"YYYY_MM'), "anneal_job_id_at"("anneal_month"(1)));
  EXECUTE format('CREATE TABLE "anneal_partitions".%I PARTITION OF public.%I DEFAULT', "name" || '_default', "name");
END $$;

-- An event's id is counted over all jobs, and read within one.
ALTER TABLE "Event" DROP CONSTRAINT "Event_pkey", ADD CONSTRAINT "Event_pkey" PRIMARY KEY ("jobId", "id");
DROP INDEX "Event_jobId_id_idx";
SELECT "anneal_first_partition"('Event');
CREATE TABLE "Event" (
    "id" BIGINT NOT NULL DEFAULT nextval('"anneal_partitions"."Event_id_seq"'),
    "jobId" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "data" JSONB NOT NULL,
    "at" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Event_pkey" PRIMARY KEY ("jobId", "id")
) PARTITION BY RANGE ("jobId");
ALTER SEQUENCE "anneal_partitions"."Event_id_seq" OWNED BY NONE;
ALTER SEQUENCE "anneal_partitions"."Event_id_seq" SET SCHEMA public;
ALTER SEQUENCE "Event_id_seq" OWNED BY "Event"."id";
ALTER TABLE "Event" ALTER COLUMN "id" SET DEFAULT nextval('"Event_id_seq"');
ALTER TABLE "Event" ADD CONSTRAINT "Event_jobId_fkey" FOREIGN KEY ("jobId") REFERENCES "Job"("id") ON DELETE CASCADE ON UPDATE CASCADE;
SELECT "anneal_protect"('"Event"', 'jobId', '"Job"');
SELECT "anneal_attach_first_partition"('Event');
CREATE TRIGGER "Event_changes" AFTER INSERT ON "Event" REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION "notifyChanges"();

SELECT "anneal_first_partition"('Metric');
CREATE TABLE "Metric" (
    "jobId" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "step" INTEGER NOT NULL,
    "value" DOUBLE PRECISION NOT NULL,

    CONSTRAINT "Metric_pkey" PRIMARY KEY ("jobId", "key", "step")
) PARTITION BY RANGE ("jobId");
ALTER TABLE "Metric" ADD CONSTRAINT "Metric_jobId_fkey" FOREIGN KEY ("jobId") REFERENCES "Job"("id") ON DELETE CASCADE ON UPDATE CASCADE;
SELECT "anneal_protect"('"Metric"', 'jobId', '"Job"');
SELECT "anneal_attach_first_partition"('Metric');
CREATE TRIGGER "Metric_added" AFTER INSERT ON "Metric" REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION "metricsAdded"();
CREATE TRIGGER "Metric_changed" AFTER UPDATE ON "Metric" REFERENCING OLD TABLE AS former NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION "metricsChanged"();

SELECT "anneal_first_partition"('MetricRange');
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
) PARTITION BY RANGE ("jobId");
ALTER TABLE "MetricRange" ADD CONSTRAINT "MetricRange_jobId_fkey" FOREIGN KEY ("jobId") REFERENCES "Job"("id") ON DELETE CASCADE ON UPDATE CASCADE;
SELECT "anneal_protect"('"MetricRange"');
SELECT "anneal_attach_first_partition"('MetricRange');

DROP FUNCTION "anneal_first_partition"(text);
DROP FUNCTION "anneal_attach_first_partition"(text);

-- The partitions by their months, and the ids of the jobs in them; the default one has none.
CREATE FUNCTION "anneal_partitions"() RETURNS TABLE ("suffix" text, "from" timestamptz, "to" timestamptz, "low" text, "high" text) LANGUAGE sql STABLE AS $$
  SELECT "suffix", "from", "to", CASE WHEN "from" = '-infinity' THEN '' ELSE "anneal_job_id_at"("from") END, "anneal_job_id_at"("to") FROM (
    SELECT "suffix", CASE WHEN "suffix" LIKE 'until%' THEN '-infinity' ELSE "month" END AS "from",
      CASE WHEN "suffix" LIKE 'until%' THEN "month" ELSE ("month" AT TIME ZONE 'UTC' + interval '1 month') AT TIME ZONE 'UTC' END AS "to"
    FROM (
      SELECT substr(relname, 7) AS "suffix", to_timestamp(right(relname, 7) || ' UTC', 'YYYY_MM TZ') AS "month"
      FROM pg_class WHERE relnamespace = '"anneal_partitions"'::regnamespace AND relname ~ '^Event_(until_)?\d{4}_\d{2}$'
    ) AS named
  ) AS bounded
$$;

-- Makes the partitions of this month and the next two where they are missing. A month whose rows the default partition has by then stays there.
CREATE FUNCTION "anneal_add_partitions"() RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET lock_timeout = '2s' AS $$
DECLARE
  "month" timestamptz;
  "name" text;
BEGIN
  FOR "i" IN 0..2 LOOP
    "month" := "anneal_month"("i");
    CONTINUE WHEN EXISTS (SELECT FROM "anneal_partitions"() WHERE "from" <= "month" AND "to" > "month");
    -- One process at a time; the others find it made.
    EXIT WHEN NOT pg_try_advisory_xact_lock(7264111);
    CONTINUE WHEN EXISTS (SELECT FROM "anneal_partitions"() WHERE "from" <= "month" AND "to" > "month");
    BEGIN
      FOREACH "name" IN ARRAY ARRAY['Event', 'Metric', 'MetricRange'] LOOP
        EXECUTE format('CREATE TABLE "anneal_partitions".%I PARTITION OF public.%I FOR VALUES FROM (%L) TO (%L)',
          "name" || to_char("month" AT TIME ZONE 'UTC', '"_"YYYY_MM'), "name", "anneal_job_id_at"("month"), "anneal_job_id_at"("anneal_month"("i" + 1)));
      END LOOP;
    EXCEPTION WHEN check_violation OR lock_not_available THEN
      NULL;
    END;
  END LOOP;
END $$;

-- Drops the partitions whose jobs have all ended before a time, and returns how many of those jobs had a history.
CREATE FUNCTION "anneal_drop_partitions"("before" timestamptz) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET lock_timeout = '2s' AS $$
DECLARE
  "old" record;
  "name" text;
  "marked" bigint;
  "jobs" bigint := 0;
BEGIN
  FOR "old" IN SELECT * FROM "anneal_partitions"() WHERE "to" <= "before" ORDER BY "to" LOOP
    CONTINUE WHEN EXISTS (
      SELECT FROM "Job" WHERE "id" >= "old"."low" AND "id" < "old"."high" AND ("endedAt" IS NULL OR "endedAt" >= "before" AT TIME ZONE 'UTC')
    );
    EXIT WHEN NOT pg_try_advisory_xact_lock(7264111);
    BEGIN
      FOREACH "name" IN ARRAY ARRAY['Event', 'Metric', 'MetricRange'] LOOP
        EXECUTE format('DROP TABLE "anneal_partitions".%I', "name" || '_' || "old"."suffix");
      END LOOP;
      UPDATE "Job" SET "historyRemovedAt" = now() AT TIME ZONE 'UTC'
        WHERE "id" >= "old"."low" AND "id" < "old"."high" AND ("historyRemovedAt" IS NULL OR "historyRemovedAt" < "endedAt");
      GET DIAGNOSTICS "marked" = ROW_COUNT;
      "jobs" := "jobs" + "marked";
    EXCEPTION WHEN lock_not_available THEN
      NULL;
    END;
  END LOOP;
  RETURN "jobs";
END $$;

REVOKE ALL ON FUNCTION "anneal_add_partitions"() FROM PUBLIC;
REVOKE ALL ON FUNCTION "anneal_drop_partitions"(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION "anneal_add_partitions"() TO "anneal_service";
GRANT EXECUTE ON FUNCTION "anneal_drop_partitions"(timestamptz) TO "anneal_service";
SELECT "anneal_add_partitions"();
