import pg from 'pg'
import type { ServiceUnderTest } from '../../test/helpers/service.ts'

const DATASETS = 100
const MODELS = 12
const STEPS = 10_000

export interface Filled {
  jobs: number
  metricValues: number
  /** The job with the most metric values. */
  longestJob: string
  seconds: number
}

/**
 * Fills the tables of a team: ended jobs of some data sets and models, each with final metrics; a hundredth of the metric values are one job's, and
 * the others are of as many jobs as it takes with `STEPS` steps of two keys each.
 */
export async function fill(
  { database }: ServiceUnderTest,
  { teamId, jobs, metricValues }: { teamId: string; jobs: number; metricValues: number },
): Promise<Filled> {
  const began = performance.now()
  const owner = new pg.Client({ connectionString: database.url })
  await owner.connect()
  try {
    await owner.query(
      `INSERT INTO "DatasetVersion" ("id", "datasetId", "number", "isCurrent", "teamId", "name", "state", "sizeBytes")
       SELECT 'ds_' || i || '@1', 'ds_' || i, 1, true, $1, 'data ' || i, 'ready', 1 FROM generate_series(0, ${DATASETS - 1}) AS i`,
      [teamId],
    )
    await owner.query(
      `INSERT INTO "Job" ("id", "teamId", "datasetId", "name", "state", "spec", "specHash", "reasons", "createdAt", "endedAt", "priority")
       SELECT 'job_' || lpad(i::text, 9, '0'), $1, 'ds_' || i % ${DATASETS} || '@1', 'run ' || i,
         (ARRAY['succeeded', 'succeeded', 'succeeded', 'failed', 'canceled'])[1 + i % 5],
         jsonb_build_object('model', jsonb_build_object('name', 'model' || i % ${MODELS})), 'hash', '{}',
         now() - i * interval '1 second', now(), i % 7
       FROM generate_series(1, $2::int) AS i`,
      [teamId, jobs],
    )
    await owner.query(
      `INSERT INTO "JobMetric" ("jobId", "teamId", "key", "value")
       SELECT "id", "teamId", key, random() FROM "Job" CROSS JOIN unnest(ARRAY['accuracy', 'balancedAccuracy', 'ece']) AS key
       WHERE "teamId" = $1 AND "state" = 'succeeded'`,
      [teamId],
    )
    const longest = Math.round(metricValues / 100)
    await addMetrics(owner, { first: 1, jobs: 1, steps: longest / 2 })
    await addMetrics(owner, { first: 2, jobs: Math.round((metricValues - longest) / (2 * STEPS)), steps: STEPS })
    await owner.query('VACUUM ANALYZE')
  } finally {
    await owner.end()
  }
  return { jobs, metricValues, longestJob: `job_${'1'.padStart(9, '0')}`, seconds: (performance.now() - began) / 1000 }
}

/** In portions, so that the memory of the statement stays bounded. */
async function addMetrics(owner: pg.Client, { first, jobs, steps }: { first: number; jobs: number; steps: number }) {
  const perStatement = Math.max(1, Math.floor(500_000 / steps))
  for (let i = first; i < first + jobs; i += perStatement)
    await owner.query(
      `INSERT INTO "Metric" ("jobId", "key", "step", "value")
       SELECT 'job_' || lpad(i::text, 9, '0'), key, step, random()
       FROM generate_series($1::int, $2::int) AS i CROSS JOIN unnest(ARRAY['train/loss', 'val/accuracy']) AS key
         CROSS JOIN generate_series(0, $3::int - 1) AS step`,
      [i, Math.min(i + perStatement, first + jobs) - 1, Math.round(steps)],
    )
}
