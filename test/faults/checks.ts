import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { collectGarbage } from '../../src/service/garbage.ts'
import { query, violationsOf, weightsOf, type CheckpointRow } from '../helpers/invariants.ts'
import { eventually } from '../helpers/service.ts'
import { staleWrites } from './history.ts'
import type { Installation } from './installation.ts'
import { FIT_KINDS } from './load.ts'

interface JobRow extends Record<string, unknown> {
  id: string
  name: string
  state: string
  wish: string | null
  attempt: number
  kind: string
}

/** What was looked at, and what was wrong. */
export interface Checked {
  counts: Record<string, number>
  figures: Record<string, unknown>
  violations: string[]
}

const ENDS_OF_WISH: Readonly<Record<string, string>> = { cancel: 'canceled', stop: 'stopped' }

/**
 * The history that the database has of an installation where nothing is under way any more.
 * @param damaged checkpoints that were damaged when their jobs needed them
 */
export async function checkHistory(
  installation: Installation,
  damaged: ReadonlyMap<string, CheckpointRow>,
): Promise<Checked> {
  const url = installation.service.database.url
  const jobs = await query<JobRow>(
    url,
    `SELECT "id", "name", "state", "wish", "attempt", "kind" FROM "Job" ORDER BY "createdAt", "id"`,
  )
  const violations: string[] = []
  for (const { id, wish, state } of jobs) {
    // A request that came when the job had ended already is refused; one that was accepted decides its end.
    const expected = ENDS_OF_WISH[wish ?? ''] ?? 'succeeded'
    violations.push(...(await violationsOf(url, id, expected)))
    if (wish === 'cancel' && state === 'succeeded') violations.push(`${id}: it was canceled and succeeded`)
  }
  const succeeded = new Set(jobs.filter(({ state }) => state === 'succeeded').map(({ id }) => id))
  const resumed = [...damaged.values()].filter(({ jobId }) => succeeded.has(jobId))
  violations.push(...(await unnoticedDamage(url, resumed)))
  const stale = await staleWrites(url)
  const weights = await differingWeights(installation, jobs)
  const garbage = await leftBlobs(installation)
  const states: Record<string, number> = {}
  for (const { state } of jobs) states[state] = (states[state] ?? 0) + 1
  const attempts = jobs.map(({ attempt }) => attempt)
  return {
    counts: {
      jobs: jobs.length,
      'writes with their token': stale.writes,
      'weights compared': weights.compared,
      'damaged checkpoints': resumed.length,
      'attempts checked': attempts.reduce((sum, attempt) => sum + attempt, 0),
      'attempts after a first one': attempts.reduce((sum, attempt) => sum + Math.max(0, attempt - 1), 0),
    },
    figures: { states, 'most attempts of a job': Math.max(0, ...attempts), 'orphaned before gc': garbage.orphaned },
    violations: [...violations, ...stale.violations, ...weights.violations, ...garbage.violations],
  }
}

async function unnoticedDamage(url: string, damaged: readonly CheckpointRow[]): Promise<string[]> {
  const violations: string[] = []
  for (const { jobId, kind, step } of damaged) {
    const noticed = await query(
      url,
      `SELECT 1 FROM "Event" WHERE "jobId" = $1 AND "type" = 'checkpoint_damaged' AND "data" @> $2::jsonb`,
      [jobId, JSON.stringify({ kind, step })],
    )
    if (noticed.length === 0) violations.push(`${jobId}: nobody noticed the damage of its ${kind} of step ${step}`)
  }
  return violations
}

/** What trains on one thread is the same to the bit: jobs of a spec have the weights of the one that nothing disturbed, which is the first. */
async function differingWeights(
  { service, blob }: Installation,
  jobs: readonly JobRow[],
): Promise<{ compared: number; violations: string[] }> {
  const violations: string[] = []
  let compared = 0
  const pathOf = async (key: string): Promise<string> => {
    const path = join(service.folder, 'checkpoint.safetensors')
    await writeFile(path, await blob(key))
    return path
  }
  for (const fit of FIT_KINDS)
    for (const kind of ['last', 'best'] as const) {
      let undisturbed: string | undefined
      for (const { id } of jobs.filter(({ name, state }) => name === `fit ${fit}` && state === 'succeeded')) {
        const weights = await weightsOf(service.database.url, pathOf, { jobId: id, kind })
        undisturbed ??= weights
        compared++
        if (weights !== undisturbed) violations.push(`${id}: its ${kind} differs from that of the undisturbed ${fit}`)
      }
    }
  return { compared, violations }
}

/** Blobs that no row names after garbage was collected, and rows whose blob is missing. */
async function leftBlobs({ service: { store }, blobs }: Installation): Promise<{
  orphaned: number
  violations: string[]
}> {
  const collect = (dryRun: boolean): ReturnType<typeof collectGarbage> =>
    // The server of the tests cannot list objects while others are removed, which workers still do.
    eventually(
      () => collectGarbage({ store, blobs, inventory: blobs.inventory(), before: Date.now() + 60_000, dryRun }),
      { withinMs: 300_000, everyMs: 2000 },
    )
  const before = await collect(true)
  await collect(false)
  const after = await collect(true)
  return {
    orphaned: before.blobs.length,
    violations: [
      ...before.rows.map(({ type, id, blobKey }) => `the blob ${blobKey} of ${type} ${id} is missing`),
      ...after.blobs.map(({ key }) => `${key} is orphaned after gc`),
    ],
  }
}
