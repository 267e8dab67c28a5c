ALTER TABLE "Team" ADD COLUMN "trashId" TEXT, ADD COLUMN "retention" JSONB NOT NULL DEFAULT '{}', ADD COLUMN "retainedAt" TIMESTAMP(3);
ALTER TABLE "DatasetVersion" ADD COLUMN "trashId" TEXT, ADD COLUMN "trashedState" TEXT, ADD COLUMN "createdBy" TEXT;
ALTER TABLE "Job" ADD COLUMN "trashId" TEXT;
ALTER TABLE "Checkpoint" ADD COLUMN "trashId" TEXT;
ALTER TABLE "Artifact" ADD COLUMN "trashId" TEXT;
ALTER TABLE "Sweep" ADD COLUMN "trashId" TEXT;

CREATE TABLE "Trash" (
    "id" TEXT NOT NULL,
    "seq" BIGSERIAL NOT NULL,
    "teamId" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "sizeBytes" BIGINT NOT NULL,
    "deletedAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "purgeAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "Trash_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "Trash_seq_key" ON "Trash"("seq");
CREATE INDEX "Trash_teamId_seq_idx" ON "Trash"("teamId", "seq");
CREATE INDEX "Trash_purgeAt_idx" ON "Trash"("purgeAt");
ALTER TABLE "Trash" ADD CONSTRAINT "Trash_teamId_fkey" FOREIGN KEY ("teamId") REFERENCES "Team"("id") ON DELETE CASCADE ON UPDATE CASCADE;
SELECT "anneal_protect"('"Trash"');

CREATE INDEX "DatasetVersion_trash_idx" ON "DatasetVersion"("trashId") WHERE "trashId" IS NOT NULL;
CREATE INDEX "Job_trash_idx" ON "Job"("trashId") WHERE "trashId" IS NOT NULL;
CREATE INDEX "Checkpoint_trash_idx" ON "Checkpoint"("trashId") WHERE "trashId" IS NOT NULL;
CREATE INDEX "Artifact_trash_idx" ON "Artifact"("trashId") WHERE "trashId" IS NOT NULL;
CREATE INDEX "Sweep_trash_idx" ON "Sweep"("trashId") WHERE "trashId" IS NOT NULL;
CREATE INDEX "Team_retention_idx" ON "Team"("retainedAt") WHERE "retention" <> '{}';

-- A team's transaction does not see what is in the trash, and nothing of it, unless it says so:
--   SELECT set_config('anneal.trash', 'on', true)
ALTER POLICY "team" ON "Job" USING (
  "teamId" = nullif(current_setting('anneal.team', true), '') AND ("trashId" IS NULL OR current_setting('anneal.trash', true) = 'on')
);
ALTER POLICY "team" ON "Sweep" USING (
  "teamId" = nullif(current_setting('anneal.team', true), '') AND ("trashId" IS NULL OR current_setting('anneal.trash', true) = 'on')
);
ALTER POLICY "team" ON "Checkpoint" USING (
  ("trashId" IS NULL OR current_setting('anneal.trash', true) = 'on') AND (SELECT true FROM "Job" AS parent WHERE parent."id" = "Checkpoint"."jobId")
);
ALTER POLICY "team" ON "Artifact" USING (
  ("trashId" IS NULL OR current_setting('anneal.trash', true) = 'on') AND (SELECT true FROM "Job" AS parent WHERE parent."id" = "Artifact"."jobId")
);
ALTER POLICY "team" ON "Trial" USING (
  (SELECT true FROM "Sweep" AS parent WHERE parent."id" = "Trial"."sweepId") AND (SELECT true FROM "Job" AS job WHERE job."id" = "Trial"."jobId")
);
