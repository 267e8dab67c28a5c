-- What lists and polls tell of large documents, computed where those are written.
ALTER TABLE "Job" ADD COLUMN "accuracy" DOUBLE PRECISION GENERATED ALWAYS AS (
  CASE WHEN jsonb_typeof("report"->'accuracy') = 'number' THEN ("report"->>'accuracy')::double precision END
) STORED;

ALTER TABLE "Dataset"
  ADD COLUMN "classCount" INTEGER GENERATED ALWAYS AS (
    CASE WHEN jsonb_typeof("manifest"->'classes') = 'array' THEN jsonb_array_length("manifest"->'classes') END
  ) STORED,
  ADD COLUMN "counts" JSONB GENERATED ALWAYS AS ("manifest"->'counts') STORED;
