-- What the ranks of a member have printed and the leader has not yet taken into the job's log.
ALTER TABLE "GangSeat" ADD COLUMN "printed" JSONB NOT NULL DEFAULT '[]';
