-- Where other workers reach a worker; null: it takes part in no job of several workers.
ALTER TABLE "Worker" ADD COLUMN "address" TEXT;
-- The workers of an attempt, in the order of ranks, where there were several.
ALTER TABLE "Attempt" ADD COLUMN "members" JSONB;

-- A job that several workers run together. As long as it has no token it waits for devices, which workers offer by seats that lapse.
CREATE TABLE "Gang" (
    "jobId" TEXT NOT NULL,
    "devices" INTEGER NOT NULL,
    "kind" TEXT NOT NULL,
    "since" TIMESTAMP(3) NOT NULL,
    "token" INTEGER,
    "claim" JSONB,
    "store" TEXT,

    CONSTRAINT "Gang_pkey" PRIMARY KEY ("jobId")
);
ALTER TABLE "Gang" ADD CONSTRAINT "Gang_jobId_fkey" FOREIGN KEY ("jobId") REFERENCES "Job"("id") ON DELETE CASCADE ON UPDATE CASCADE;
SELECT "anneal_protect_by"('"Gang"', 'false');

CREATE TABLE "GangSeat" (
    "jobId" TEXT NOT NULL,
    "workerId" TEXT NOT NULL,
    "devices" INTEGER NOT NULL,
    "until" TIMESTAMP(3) NOT NULL,
    "firstRank" INTEGER,
    "taken" BOOLEAN NOT NULL DEFAULT false,
    "reason" JSONB,

    CONSTRAINT "GangSeat_pkey" PRIMARY KEY ("jobId", "workerId")
);
CREATE INDEX "GangSeat_workerId_idx" ON "GangSeat"("workerId");
ALTER TABLE "GangSeat" ADD CONSTRAINT "GangSeat_jobId_fkey" FOREIGN KEY ("jobId") REFERENCES "Gang"("jobId") ON DELETE CASCADE ON UPDATE CASCADE;
SELECT "anneal_protect_by"('"GangSeat"', 'false');
