import { createHash } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import { Client } from 'pg'
import { readCheckpoint, roleValues } from '../../src/train/checkpoint/checkpoint.ts'

type Row = Record<string, unknown>

/** One query on a connection of its own, for a database that may be killed at any time. */
export async function query<Result extends Row>(url: string, sql: string, values: unknown[] = []): Promise<Result[]> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 3000, query_timeout: 5000 })
  client.on('error', () => undefined)
  try {
    await client.connect()
    return (await client.query<Result>(sql, values)).rows
  } finally {
    client.end().catch(() => undefined)
  }
}

export interface CheckpointRow extends Row {
  id: string
  jobId: string
  kind: string
  step: number
  blobKey: string
  sha256: string
}

export interface BlobWatch {
  /** Rows that were compared with their blobs, over all samples. */
  compared: number
  violations: Set<string>
  stop(): Promise<void>
}

/**
 * Compares, again and again, every checkpoint's blob with the hash in its row.
 * @param read the content of a blob
 * @param damaged by keys, blobs that a test has damaged itself
 */
export function watchBlobs(
  databaseUrl: string,
  read: (blobKey: string) => Promise<Buffer>,
  damaged: { has(blobKey: string): boolean },
): BlobWatch {
  let stopped = false
  const watch: BlobWatch = { compared: 0, violations: new Set(), stop }
  const select = `SELECT "id", "jobId", "kind", "step", "blobKey", "sha256" FROM "Checkpoint"`
  const fits = async ({ blobKey, sha256 }: CheckpointRow): Promise<boolean> => {
    const bytes = await read(blobKey).catch(() => Buffer.alloc(0))
    return createHash('sha256').update(bytes).digest('hex') === sha256
  }
  const sample = async (): Promise<void> => {
    for (const row of await query<CheckpointRow>(databaseUrl, select)) {
      watch.compared++
      if (damaged.has(row.blobKey) || (await fits(row))) continue
      // A row and then its blob may have gone in between: only one that is still as it was, and still does not fit, is wrong.
      const again = await query<CheckpointRow>(databaseUrl, `${select} WHERE "id" = $1`, [row.id])
      for (const now of again)
        if (!damaged.has(now.blobKey) && now.sha256 === row.sha256 && !(await fits(now)))
          watch.violations.add(`the blob of ${row.kind} of ${row.jobId} at step ${row.step} does not fit its row`)
    }
  }
  const running = (async () => {
    while (!stopped) {
      // Where the database is away there is nothing to compare.
      await sample().catch(() => undefined)
      await setTimeout(250)
    }
  })()
  async function stop(): Promise<void> {
    stopped = true
    await running
  }
  return watch
}

/**
 * A hash of the names and values of the weights in a job's checkpoint.
 * @param pathOf where the file of a blob is
 */
export async function weightsOf(
  databaseUrl: string,
  pathOf: (blobKey: string) => string | Promise<string>,
  { jobId, kind = 'last' }: { jobId: string; kind?: 'last' | 'best' },
): Promise<string> {
  const [row] = await query<CheckpointRow>(
    databaseUrl,
    `SELECT * FROM "Checkpoint" WHERE "jobId" = $1 AND "kind" = $2 AND "supersededAt" IS NULL`,
    [jobId, kind],
  )
  const hash = createHash('sha256')
  const values = roleValues(readCheckpoint(await pathOf(row?.blobKey ?? '')), 'model')
  for (const [name, value] of [...values].sort(([a], [b]) => (a < b ? -1 : 1)))
    hash.update(name).update(new Uint8Array(value.buffer, value.byteOffset, value.byteLength))
  return hash.digest('hex')
}

interface EventRow extends Row {
  type: string
  data: { startStep?: number; stepsPerEpoch?: number; kind?: string; step?: number }
}

/**
 * What is wrong with a job that has ended: its end, the chain of its states, its metrics, or where its attempts began.
 * @param expected the state that it should have ended in
 */
export async function violationsOf(databaseUrl: string, jobId: string, expected = 'succeeded'): Promise<string[]> {
  const read = <Result extends Row>(sql: string): Promise<Result[]> => query<Result>(databaseUrl, sql, [jobId])
  const [job] = await read<{ state: string; reason: unknown }>(`SELECT "state", "reason" FROM "Job" WHERE "id" = $1`)
  const transitions = await read<{ from: string | null; to: string }>(
    `SELECT "from", "to" FROM "Transition" WHERE "jobId" = $1 ORDER BY "id"`,
  )
  const events = await read<EventRow>(`SELECT "type", "data" FROM "Event" WHERE "jobId" = $1 ORDER BY "id"`)
  const metrics = await read<{ key: string; step: number }>(
    `SELECT "key", "step" FROM "Metric" WHERE "jobId" = $1 ORDER BY "key", "step"`,
  )
  return [
    ...(job?.state === expected ? [] : [`it is ${String(job?.state)}: ${JSON.stringify(job?.reason)}`]),
    ...brokenChain(transitions),
    ...gaps(metrics, events, job?.state === 'succeeded'),
    ...lostWork(events),
  ].map((violation) => `${jobId}: ${violation}`)
}

const isEnd = (state: string | null): boolean => ['succeeded', 'failed', 'canceled', 'stopped'].includes(state ?? '')

/** Each state follows from the one before, and there is one end, and one more for each retry. */
function brokenChain(transitions: readonly { from: string | null; to: string }[]): string[] {
  const ends = transitions.filter(({ to }) => isEnd(to)).length
  const retries = transitions.filter(({ from }) => isEnd(from)).length
  const breaks = transitions.flatMap(({ from, to }, i) =>
    from === (transitions[i - 1]?.to ?? null) ? [] : [`it went from ${from} to ${to} after ${transitions[i - 1]?.to}`],
  )
  return ends === 1 + retries ? breaks : [...breaks, `it ended ${ends} times, and was retried ${retries} times`]
}

/** Every step has its loss, and of a job that has come to its end every epoch its validation, once each. */
function gaps(
  metrics: readonly { key: string; step: number }[],
  events: readonly EventRow[],
  isWhole: boolean,
): string[] {
  const { stepsPerEpoch = 1 } = events.find(({ type }) => type === 'started')?.data ?? {}
  const expectedKeys: [string, number][] = isWhole
    ? [
        ['train/loss', 1],
        ['val/loss', stepsPerEpoch],
      ]
    : [['train/loss', 1]]
  return expectedKeys.flatMap(([key, every]) => {
    const steps = metrics.filter((metric) => metric.key === key).map(({ step }) => step)
    const last = Math.max(0, ...metrics.map(({ step }) => step))
    const expected = Array.from({ length: Math.floor(last / every) }, (_, i) => (i + 1) * every)
    const missing = expected.filter((step) => !steps.includes(step))
    return [
      ...(missing.length === 0
        ? []
        : [`${key} lacks ${missing.length} of ${last} steps: ${missing.slice(0, 20).join()}`]),
      ...(steps.length === new Set(steps).size ? [] : [`${key} has a step twice`]),
    ]
  })
}

/** An attempt begins at the newest checkpoint, or before it where that one was found to be damaged; so it repeats at most an epoch. */
function lostWork(events: readonly EventRow[]): string[] {
  const violations: string[] = []
  let [newest, reached, damaged] = [0, 0, false]
  for (const { type, data } of events) {
    if (type === 'checkpoint' && data.kind === 'last') newest = data.step ?? 0
    if (type === 'metrics') reached = Math.max(reached, data.step ?? 0)
    if (type === 'checkpoint_damaged') damaged = true
    if (type !== 'started') continue
    const { startStep = 0, stepsPerEpoch = Infinity } = data
    if (!damaged && startStep !== newest)
      violations.push(`an attempt began at step ${startStep} when there was a checkpoint of step ${newest}`)
    if (!damaged && reached - startStep > stepsPerEpoch)
      violations.push(
        `an attempt repeated ${reached - startStep} steps, and a checkpoint is due every ${stepsPerEpoch}`,
      )
    ;[newest, reached, damaged] = [startStep, startStep, false]
  }
  return violations
}
