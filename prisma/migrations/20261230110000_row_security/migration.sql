-- Row-level security: a session sees and writes the rows of the team that its transaction has set, and none without one.
--   SELECT set_config('anneal.team', 'team_...', true)
-- Members of anneal_service see every row: workers, the owner of the tables, and the API's named functions. A table that holds rows of teams is
-- protected by the migration that makes it:
--   SELECT anneal_protect('"Policy"');                          by its column "teamId"
--   SELECT anneal_protect('"Event"', 'jobId', '"Job"');         by its parent, which is protected itself

DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'anneal_service') THEN
    CREATE ROLE "anneal_service" NOLOGIN;
  END IF;
  IF NOT pg_has_role(current_user, 'anneal_service', 'USAGE') THEN
    EXECUTE format('GRANT "anneal_service" TO %I', current_user);
  END IF;
EXCEPTION
  WHEN duplicate_object OR unique_violation THEN
    RAISE EXCEPTION 'Another database of this server makes the role anneal_service at the same time; migrate again.';
  WHEN insufficient_privilege THEN
    RAISE EXCEPTION 'The role % may make no roles. Have an administrator run: CREATE ROLE anneal_service NOLOGIN; GRANT anneal_service TO "%" WITH ADMIN OPTION', current_user, current_user;
END $$;

CREATE FUNCTION "anneal_protect_by"("protected" regclass, "condition" text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', "protected");
  EXECUTE format('CREATE POLICY "team" ON %1$s USING (%2$s) WITH CHECK (%2$s)', "protected", "condition");
  EXECUTE format('CREATE POLICY "service" ON %s TO "anneal_service" USING (true) WITH CHECK (true)', "protected");
END $$;

CREATE FUNCTION "anneal_protect"("protected" regclass, "teamColumn" text DEFAULT 'teamId') RETURNS void LANGUAGE sql AS $$
  SELECT "anneal_protect_by"("protected", format('%I = nullif(current_setting(''anneal.team'', true), '''')', "teamColumn"))
$$;

-- What a team sees of the parent is what the parent's own policies let it see.
CREATE FUNCTION "anneal_protect"("protected" regclass, "column" text, "parent" regclass) RETURNS void LANGUAGE sql AS $$
  SELECT "anneal_protect_by"("protected", format('EXISTS (SELECT FROM %s AS parent WHERE parent."id" = %s.%I)', "parent", "protected", "column"))
$$;

-- What is written in a team's transaction for workers is the team's; what workers write is nobody's.
ALTER TABLE "Outbox" ADD COLUMN "teamId" TEXT DEFAULT NULLIF(current_setting('anneal.team', true), '');
ALTER TABLE "RemovedBlob" ADD COLUMN "teamId" TEXT NOT NULL DEFAULT '', ADD COLUMN "notedAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP;
ALTER TABLE "RemovedBlob" ALTER COLUMN "teamId" SET DEFAULT COALESCE(current_setting('anneal.team', true), '');
-- Two teams may give up one blob, such as the export of equal weights.
ALTER TABLE "RemovedBlob" DROP CONSTRAINT "RemovedBlob_pkey", ADD CONSTRAINT "RemovedBlob_pkey" PRIMARY KEY ("key", "teamId");

SELECT "anneal_protect"('"Team"', 'id');
SELECT "anneal_protect"('"ApiKey"');
SELECT "anneal_protect"('"DatasetVersion"');
SELECT "anneal_protect"('"Upload"');
SELECT "anneal_protect"('"UploadPiece"', 'uploadId', '"Upload"');
SELECT "anneal_protect"('"Job"');
SELECT "anneal_protect"('"Transition"', 'jobId', '"Job"');
SELECT "anneal_protect"('"Event"', 'jobId', '"Job"');
SELECT "anneal_protect"('"Metric"', 'jobId', '"Job"');
SELECT "anneal_protect"('"Checkpoint"', 'jobId', '"Job"');
SELECT "anneal_protect"('"CheckpointUse"', 'jobId', '"Job"');
SELECT "anneal_protect"('"Artifact"', 'jobId', '"Job"');
SELECT "anneal_protect"('"Policy"');
SELECT "anneal_protect"('"Sweep"');
SELECT "anneal_protect"('"Trial"', 'sweepId', '"Sweep"');
SELECT "anneal_protect"('"IdempotencyKey"');
SELECT "anneal_protect"('"Outbox"');
SELECT "anneal_protect"('"RemovedBlob"');
