-- The life of a job: tags and notes, limits, what it runs after, and what it was forked from.
ALTER TABLE "Job"
  ADD COLUMN "tags" TEXT[] DEFAULT ARRAY[]::TEXT[],
  ADD COLUMN "notes" TEXT NOT NULL DEFAULT '',
  ADD COLUMN "deadline" TIMESTAMP(3),
  ADD COLUMN "maxRunSeconds" INTEGER,
  ADD COLUMN "maxWaitSeconds" INTEGER,
  ADD COLUMN "ranSeconds" DOUBLE PRECISION NOT NULL DEFAULT 0,
  ADD COLUMN "limitReached" TEXT,
  ADD COLUMN "after" TEXT[] DEFAULT ARRAY[]::TEXT[],
  ADD COLUMN "blocked" BOOLEAN NOT NULL DEFAULT false,
  ADD COLUMN "failedDependency" TEXT,
  ADD COLUMN "forkOf" JSONB;

-- When a job that waits is given up: at its deadline, when it has waited too long, or at once where what it is to run after did not succeed.
ALTER TABLE "Job" ADD COLUMN "giveUpAt" TIMESTAMP(3) GENERATED ALWAYS AS (
  CASE
    WHEN "wish" IS NOT NULL THEN NULL
    WHEN "failedDependency" IS NOT NULL THEN "createdAt"
    WHEN "state" = 'queued' AND NOT "blocked" THEN least("deadline", "queuedAt" + "maxWaitSeconds" * interval '1 second')
    ELSE "deadline"
  END
) STORED;
CREATE INDEX "Job_giveUpAt_idx" ON "Job"("giveUpAt") WHERE "state" IN ('queued', 'paused') AND "giveUpAt" IS NOT NULL;

-- Jobs that wait for others are not in the queue.
DROP INDEX "Job_queue_idx";
CREATE INDEX "Job_queue_idx" ON "Job"("teamId", "priority" DESC, "createdAt", "id") WHERE "state" = 'queued' AND NOT "blocked";

CREATE TABLE "JobDependency" (
    "jobId" TEXT NOT NULL,
    "onId" TEXT NOT NULL,
    "outcome" TEXT,

    CONSTRAINT "JobDependency_pkey" PRIMARY KEY ("jobId", "onId")
);
CREATE INDEX "JobDependency_onId_idx" ON "JobDependency"("onId");
CREATE INDEX "JobDependency_datasets_idx" ON "JobDependency"("onId") WHERE "outcome" IS NULL AND left("onId", 3) = 'ds_';
ALTER TABLE "JobDependency" ADD CONSTRAINT "JobDependency_jobId_fkey" FOREIGN KEY ("jobId") REFERENCES "Job"("id") ON DELETE CASCADE ON UPDATE CASCADE;
SELECT "anneal_protect"('"JobDependency"', 'jobId', '"Job"');
