-- How a data set is read: images in several splits, and what keeps images together.
ALTER TABLE "Dataset" ADD COLUMN "options" JSONB NOT NULL DEFAULT '{"leakage":"remove","nearDuplicates":"report"}';
