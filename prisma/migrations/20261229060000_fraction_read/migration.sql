-- How much of an upload has been ingested: the number of its files is not known before all are read.
ALTER TABLE "Dataset" ADD COLUMN "fractionRead" DOUBLE PRECISION NOT NULL DEFAULT 0;
