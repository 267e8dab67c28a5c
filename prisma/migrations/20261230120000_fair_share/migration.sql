-- Fair time on the devices: priorities, preemption, quotas of single teams, and device time by job and day.
ALTER TABLE "Team"
  ADD COLUMN "monthSeconds" DOUBLE PRECISION NOT NULL DEFAULT 0,
  ADD COLUMN "quota" JSONB NOT NULL DEFAULT '{}';

ALTER TABLE "Job"
  ADD COLUMN "priority" INTEGER NOT NULL DEFAULT 0,
  ADD COLUMN "keyId" TEXT,
  ADD COLUMN "likeness" TEXT,
  ADD COLUMN "devices" INTEGER NOT NULL DEFAULT 1,
  ADD COLUMN "deviceKind" TEXT,
  ADD COLUMN "queuedAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  ADD COLUMN "claimedAt" TIMESTAMP(3),
  ADD COLUMN "preemption" JSONB;
UPDATE "Job" SET "queuedAt" = "createdAt";
ALTER TABLE "Sweep" ADD COLUMN "keyId" TEXT;

-- The queue in the order of its teams, and the jobs that workers hold. Jobs that have ended are in neither. Columns that change with every
-- renewal of a lease are in none of the indexes.
CREATE INDEX "Job_queue_idx" ON "Job"("teamId", "priority" DESC, "createdAt", "id") WHERE "state" = 'queued';
CREATE INDEX "Job_held_idx" ON "Job"("teamId", "id")
  WHERE "state" IN ('starting', 'running', 'finalizing', 'pausing', 'stopping');
CREATE INDEX "Job_teamId_likeness_endedAt_idx" ON "Job"("teamId", "likeness", "endedAt");

CREATE TABLE "DeviceUsage" (
    "jobId" TEXT NOT NULL,
    "attempt" INTEGER NOT NULL,
    "day" DATE NOT NULL,
    "teamId" TEXT NOT NULL,
    "keyId" TEXT NOT NULL DEFAULT '',
    "deviceKind" TEXT NOT NULL,
    "seconds" DOUBLE PRECISION NOT NULL,

    CONSTRAINT "DeviceUsage_pkey" PRIMARY KEY ("jobId", "attempt", "day")
);
CREATE INDEX "DeviceUsage_teamId_day_jobId_idx" ON "DeviceUsage"("teamId", "day", "jobId");
ALTER TABLE "DeviceUsage" ADD CONSTRAINT "DeviceUsage_teamId_fkey" FOREIGN KEY ("teamId") REFERENCES "Team"("id") ON DELETE CASCADE ON UPDATE CASCADE;
