-- What processes print, per attempt of a job or of a version of a data set.
CREATE TABLE "LogChunk" (
    "owner" TEXT NOT NULL,
    "attempt" INTEGER NOT NULL,
    "firstLine" INTEGER NOT NULL,
    "lines" INTEGER NOT NULL,
    "bytes" INTEGER NOT NULL,
    "text" TEXT,
    "blobKey" TEXT,
    "teamId" TEXT NOT NULL,
    "jobId" TEXT,
    "datasetVersionId" TEXT,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "LogChunk_pkey" PRIMARY KEY ("owner", "attempt", "firstLine")
);
CREATE UNIQUE INDEX "LogChunk_blobKey_key" ON "LogChunk"("blobKey");
CREATE INDEX "LogChunk_jobId_idx" ON "LogChunk"("jobId");
CREATE INDEX "LogChunk_datasetVersionId_idx" ON "LogChunk"("datasetVersionId");
ALTER TABLE "LogChunk" ADD CONSTRAINT "LogChunk_jobId_fkey" FOREIGN KEY ("jobId") REFERENCES "Job"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "LogChunk" ADD CONSTRAINT "LogChunk_datasetVersionId_fkey" FOREIGN KEY ("datasetVersionId") REFERENCES "DatasetVersion"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Addresses that are told of events, and what is sent to them.
CREATE TABLE "Webhook" (
    "id" TEXT NOT NULL,
    "teamId" TEXT NOT NULL,
    "url" TEXT NOT NULL,
    "description" TEXT NOT NULL DEFAULT '',
    "format" TEXT NOT NULL DEFAULT 'standard',
    "events" TEXT[],
    "enabled" BOOLEAN NOT NULL DEFAULT true,
    "disabledReason" TEXT,
    "secret" TEXT NOT NULL,
    "previousSecret" TEXT,
    "previousUntil" TIMESTAMP(3),
    "failingSince" TIMESTAMP(3),
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Webhook_pkey" PRIMARY KEY ("id")
);
CREATE TABLE "WebhookDelivery" (
    "id" TEXT NOT NULL,
    "webhookId" TEXT NOT NULL,
    "teamId" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "payload" JSONB NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'pending',
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "nextAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "lockedUntil" TIMESTAMP(3),
    "status" INTEGER,
    "durationMs" INTEGER,
    "answer" TEXT,
    "error" TEXT,
    "tries" JSONB NOT NULL DEFAULT '[]',
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "endedAt" TIMESTAMP(3),

    CONSTRAINT "WebhookDelivery_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "Webhook_teamId_id_idx" ON "Webhook"("teamId", "id");
CREATE INDEX "WebhookDelivery_webhookId_id_idx" ON "WebhookDelivery"("webhookId", "id");
CREATE INDEX "WebhookDelivery_createdAt_idx" ON "WebhookDelivery"("createdAt");
-- What is still to be sent, in the order in which it is due.
CREATE INDEX "WebhookDelivery_state_nextAt_idx" ON "WebhookDelivery"("state", "nextAt");
ALTER TABLE "Webhook" ADD CONSTRAINT "Webhook_teamId_fkey" FOREIGN KEY ("teamId") REFERENCES "Team"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "WebhookDelivery" ADD CONSTRAINT "WebhookDelivery_webhookId_fkey" FOREIGN KEY ("webhookId") REFERENCES "Webhook"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Says on the channel `anneal_changes` of which job, or version of a data set, there is something new. Streams listen to it.
CREATE FUNCTION "notifyChanges"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_TABLE_NAME = 'Event' THEN
        PERFORM pg_notify('anneal_changes', id) FROM (SELECT DISTINCT "jobId" AS id FROM changed) AS ids;
    ELSIF TG_TABLE_NAME = 'LogChunk' THEN
        PERFORM pg_notify('anneal_changes', id) FROM (SELECT DISTINCT "owner" AS id FROM changed WHERE "text" IS NOT NULL) AS ids;
    ELSE
        PERFORM pg_notify('anneal_changes', id) FROM (SELECT DISTINCT "id" FROM changed) AS ids;
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER "Event_changes" AFTER INSERT ON "Event" REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION "notifyChanges"();
CREATE TRIGGER "LogChunk_changes" AFTER INSERT ON "LogChunk" REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION "notifyChanges"();
CREATE TRIGGER "Job_deleted" AFTER DELETE ON "Job" REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION "notifyChanges"();
-- Renewals of a lease change no state: they say nothing.
CREATE FUNCTION "notifyChange"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('anneal_changes', NEW."id");
    RETURN NULL;
END
$$;
CREATE TRIGGER "DatasetVersion_changes" AFTER UPDATE ON "DatasetVersion" FOR EACH ROW WHEN (OLD."state" IS DISTINCT FROM NEW."state") EXECUTE FUNCTION "notifyChange"();

-- Where row-level security is set up, these tables are under it.
DO $$
BEGIN
    IF to_regprocedure('anneal_protect(regclass, text)') IS NOT NULL THEN
        PERFORM "anneal_protect"('"LogChunk"');
        PERFORM "anneal_protect"('"Webhook"');
        PERFORM "anneal_protect"('"WebhookDelivery"');
    END IF;
END
$$;
