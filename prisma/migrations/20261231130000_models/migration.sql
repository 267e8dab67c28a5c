-- Models by name, with versions, aliases and their history.
CREATE TABLE "RegisteredModel" (
    "id" TEXT NOT NULL,
    "teamId" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT NOT NULL DEFAULT '',
    "card" JSONB NOT NULL DEFAULT '{}',
    "lastVersion" INTEGER NOT NULL DEFAULT 0,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "RegisteredModel_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "RegisteredModel_teamId_name_key" ON "RegisteredModel"("teamId", "name");
CREATE UNIQUE INDEX "RegisteredModel_id_teamId_key" ON "RegisteredModel"("id", "teamId");
CREATE INDEX "RegisteredModel_teamId_id_idx" ON "RegisteredModel"("teamId", "id");
ALTER TABLE "RegisteredModel" ADD CONSTRAINT "RegisteredModel_teamId_fkey" FOREIGN KEY ("teamId") REFERENCES "Team"("id") ON DELETE CASCADE ON UPDATE CASCADE;

CREATE TABLE "ModelVersion" (
    "id" TEXT NOT NULL,
    "modelId" TEXT NOT NULL,
    "number" INTEGER NOT NULL,
    "teamId" TEXT NOT NULL,
    "checkpointId" TEXT NOT NULL,
    "blobKey" TEXT NOT NULL,
    "sha256" TEXT NOT NULL,
    "sizeBytes" BIGINT NOT NULL,
    "description" TEXT NOT NULL DEFAULT '',
    "lineage" JSONB NOT NULL,
    "evaluation" JSONB,
    "registeredBy" JSONB NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "ModelVersion_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "ModelVersion_modelId_number_key" ON "ModelVersion"("modelId", "number");
CREATE INDEX "ModelVersion_checkpointId_idx" ON "ModelVersion"("checkpointId");
ALTER TABLE "ModelVersion" ADD CONSTRAINT "ModelVersion_modelId_teamId_fkey" FOREIGN KEY ("modelId", "teamId") REFERENCES "RegisteredModel"("id", "teamId") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "ModelVersion" ADD CONSTRAINT "ModelVersion_checkpointId_fkey" FOREIGN KEY ("checkpointId") REFERENCES "Checkpoint"("id") ON DELETE NO ACTION ON UPDATE CASCADE;

CREATE TABLE "ModelAlias" (
    "modelId" TEXT NOT NULL,
    "alias" TEXT NOT NULL,
    "teamId" TEXT NOT NULL,
    "versionId" TEXT NOT NULL,

    CONSTRAINT "ModelAlias_pkey" PRIMARY KEY ("modelId", "alias")
);
CREATE INDEX "ModelAlias_versionId_idx" ON "ModelAlias"("versionId");
ALTER TABLE "ModelAlias" ADD CONSTRAINT "ModelAlias_modelId_teamId_fkey" FOREIGN KEY ("modelId", "teamId") REFERENCES "RegisteredModel"("id", "teamId") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "ModelAlias" ADD CONSTRAINT "ModelAlias_versionId_fkey" FOREIGN KEY ("versionId") REFERENCES "ModelVersion"("id") ON DELETE NO ACTION ON UPDATE CASCADE;

CREATE TABLE "Promotion" (
    "id" TEXT NOT NULL,
    "modelId" TEXT NOT NULL,
    "teamId" TEXT NOT NULL,
    "alias" TEXT NOT NULL,
    "from" INTEGER,
    "to" INTEGER,
    "reason" TEXT NOT NULL,
    "promotedBy" JSONB NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Promotion_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "Promotion_modelId_id_idx" ON "Promotion"("modelId", "id");
ALTER TABLE "Promotion" ADD CONSTRAINT "Promotion_modelId_teamId_fkey" FOREIGN KEY ("modelId", "teamId") REFERENCES "RegisteredModel"("id", "teamId") ON DELETE CASCADE ON UPDATE CASCADE;

-- What other teams may read. That a model or data set is the team's own is for the foreign keys over both columns to say.
CREATE TABLE "Share" (
    "id" TEXT NOT NULL,
    "teamId" TEXT NOT NULL,
    "toTeamId" TEXT NOT NULL,
    "modelId" TEXT,
    "datasetId" TEXT,
    "firstVersionId" TEXT,
    "sharedBy" JSONB NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Share_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "Share_modelId_toTeamId_key" ON "Share"("modelId", "toTeamId");
CREATE INDEX "Share_teamId_id_idx" ON "Share"("teamId", "id");
CREATE UNIQUE INDEX "Share_datasetId_toTeamId_key" ON "Share"("datasetId", "toTeamId");
CREATE INDEX "Share_toTeamId_modelId_idx" ON "Share"("toTeamId", "modelId");
CREATE INDEX "Share_toTeamId_firstVersionId_idx" ON "Share"("toTeamId", "firstVersionId");
CREATE UNIQUE INDEX "DatasetVersion_id_teamId_key" ON "DatasetVersion"("id", "teamId");
ALTER TABLE "Share" ADD CONSTRAINT "Share_firstVersionId_teamId_fkey" FOREIGN KEY ("firstVersionId", "teamId") REFERENCES "DatasetVersion"("id", "teamId") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "Share" ADD CONSTRAINT "Share_teamId_fkey" FOREIGN KEY ("teamId") REFERENCES "Team"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "Share" ADD CONSTRAINT "Share_toTeamId_fkey" FOREIGN KEY ("toTeamId") REFERENCES "Team"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "Share" ADD CONSTRAINT "Share_modelId_teamId_fkey" FOREIGN KEY ("modelId", "teamId") REFERENCES "RegisteredModel"("id", "teamId") ON DELETE CASCADE ON UPDATE CASCADE;

-- Predictions of many images, made by workers.
CREATE TABLE "PredictionBatch" (
    "id" TEXT NOT NULL,
    "teamId" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'queued',
    "checkpointId" TEXT NOT NULL,
    "modelVersionId" TEXT,
    "model" JSONB,
    "blobKey" TEXT NOT NULL,
    "sha256" TEXT NOT NULL,
    "datasetId" TEXT,
    "uploadKey" TEXT,
    "request" JSONB NOT NULL,
    "images" INTEGER,
    "predicted" INTEGER NOT NULL DEFAULT 0,
    "failed" INTEGER NOT NULL DEFAULT 0,
    "reason" JSONB,
    "attempt" INTEGER NOT NULL DEFAULT 0,
    "token" INTEGER NOT NULL DEFAULT 0,
    "deaths" INTEGER NOT NULL DEFAULT 0,
    "leaseUntil" TIMESTAMP(3),
    "claimedAt" TIMESTAMP(3),
    "resultKey" TEXT,
    "resultBytes" BIGINT,
    "resultSha256" TEXT,
    "keyId" TEXT,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "endedAt" TIMESTAMP(3),

    CONSTRAINT "PredictionBatch_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "PredictionBatch_resultKey_key" ON "PredictionBatch"("resultKey");
CREATE INDEX "PredictionBatch_teamId_id_idx" ON "PredictionBatch"("teamId", "id");
CREATE INDEX "PredictionBatch_state_teamId_idx" ON "PredictionBatch"("state", "teamId");
CREATE INDEX "PredictionBatch_teamId_claimedAt_idx" ON "PredictionBatch"("teamId", "claimedAt");
ALTER TABLE "PredictionBatch" ADD CONSTRAINT "PredictionBatch_teamId_fkey" FOREIGN KEY ("teamId") REFERENCES "Team"("id") ON DELETE CASCADE ON UPDATE CASCADE;

SELECT "anneal_protect"('"RegisteredModel"');
SELECT "anneal_protect"('"ModelVersion"');
SELECT "anneal_protect"('"ModelAlias"');
SELECT "anneal_protect"('"Promotion"');
SELECT "anneal_protect"('"Share"');
SELECT "anneal_protect"('"PredictionBatch"');

-- Beside its own rows a team reads, and cannot change, what is shared with it. A share is read by both teams, and made and revoked by the owner.
CREATE POLICY "received" ON "Share" FOR SELECT USING ("toTeamId" = nullif(current_setting('anneal.team', true), ''));
CREATE POLICY "shared" ON "RegisteredModel" FOR SELECT USING (
  EXISTS (SELECT FROM "Share" WHERE "Share"."modelId" = "RegisteredModel"."id" AND "Share"."toTeamId" = nullif(current_setting('anneal.team', true), ''))
);
CREATE POLICY "shared" ON "ModelVersion" FOR SELECT USING (
  EXISTS (SELECT FROM "Share" WHERE "Share"."modelId" = "ModelVersion"."modelId" AND "Share"."toTeamId" = nullif(current_setting('anneal.team', true), ''))
);
CREATE POLICY "shared" ON "ModelAlias" FOR SELECT USING (
  EXISTS (SELECT FROM "Share" WHERE "Share"."modelId" = "ModelAlias"."modelId" AND "Share"."toTeamId" = nullif(current_setting('anneal.team', true), ''))
);
CREATE POLICY "shared" ON "Promotion" FOR SELECT USING (
  EXISTS (SELECT FROM "Share" WHERE "Share"."modelId" = "Promotion"."modelId" AND "Share"."toTeamId" = nullif(current_setting('anneal.team', true), ''))
);
-- By the version that the foreign key holds to be the owner's.
CREATE POLICY "shared" ON "DatasetVersion" FOR SELECT USING (
  EXISTS (SELECT FROM "Share" WHERE "Share"."firstVersionId" = "DatasetVersion"."datasetId" || '@1' AND "Share"."toTeamId" = nullif(current_setting('anneal.team', true), ''))
);
-- The jobs of a team name what they were trained on, also after a share was revoked: the application reads its id, state and classes then, and no more.
CREATE POLICY "named" ON "DatasetVersion" FOR SELECT USING (
  EXISTS (SELECT FROM "Job" WHERE "Job"."datasetId" = "DatasetVersion"."id" AND "Job"."teamId" = nullif(current_setting('anneal.team', true), ''))
);
-- Whether a job of any team names a version of a data set, whose row then stays.
CREATE FUNCTION "anneal_dataset_named"("version" text) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT EXISTS (SELECT FROM "Job" WHERE "datasetId" = "version")
$$;
