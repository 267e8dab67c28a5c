-- AlterTable
ALTER TABLE "Policy" ADD COLUMN     "search" JSONB;

-- What the searches of before have measured, from their reports
UPDATE "Policy" SET "search" = jsonb_build_object(
  'method', job."report"->>'method',
  'baseline', CASE WHEN jsonb_typeof(job."report"->'folds') = 'array' THEN (
    SELECT sum((fold->>'clean')::float8 * (fold->>'images')::float8) / sum((fold->>'images')::float8)
    FROM jsonb_array_elements(job."report"->'folds') AS fold
  ) ELSE (
    SELECT min((point->>'loss')::float8) FROM jsonb_array_elements(job."report"->'grid') AS point
    WHERE (point->>'numOps')::int = 0
  ) END,
  'found', CASE WHEN jsonb_typeof(job."report"->'folds') = 'array' THEN (
    SELECT sum((fold->>'policy')::float8 * (fold->>'images')::float8) / sum((fold->>'images')::float8)
    FROM jsonb_array_elements(job."report"->'folds') AS fold
  ) ELSE (
    SELECT min((point->>'loss')::float8) FROM jsonb_array_elements(job."report"->'grid') AS point
    WHERE (point->>'numOps')::int > 0
  ) END
)
FROM "Job" AS job
WHERE job."id" = "Policy"."jobId" AND job."report"->>'method' IS NOT NULL;
