-- Workers as they register. They belong to no team: the API's role sees none of them.
CREATE TABLE "Worker" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "host" TEXT NOT NULL,
    "version" TEXT NOT NULL,
    "devices" JSONB NOT NULL,
    "labels" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "pools" TEXT[] DEFAULT ARRAY['default']::TEXT[],
    "lanes" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "slots" INTEGER NOT NULL DEFAULT 1,
    "state" TEXT NOT NULL DEFAULT 'active',
    "registeredAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "heartbeatAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Worker_pkey" PRIMARY KEY ("id")
);
SELECT "anneal_protect_by"('"Worker"', 'false');

-- What a job needs of a worker, in its shortest form, so that jobs with equal needs lie side by side in the index of the queue; and who holds it.
ALTER TABLE "Job" ADD COLUMN "resources" JSONB NOT NULL DEFAULT '{}', ADD COLUMN "workerId" TEXT;
CREATE INDEX "Job_needs_idx" ON "Job"("teamId", "resources", "priority" DESC, "createdAt", "id") WHERE "state" = 'queued' AND NOT "blocked";
