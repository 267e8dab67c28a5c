-- What is allowed in a job's spec and probably not meant.
ALTER TABLE "Job" ADD COLUMN "warnings" JSONB NOT NULL DEFAULT '[]';
