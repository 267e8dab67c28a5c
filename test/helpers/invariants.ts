import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
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
 * @param damaged keys of blobs that a test has damaged itself
 */
export function watchBlobs(databaseUrl: string, folder: string, damaged: ReadonlySet<string>): BlobWatch {
  let stopped = false
  const watch: BlobWatch = { compared: 0, violations: new Set(), stop }
  const select = `SELECT "id", "jobId", "kind", "step", "blobKey", "sha256" FROM "Checkpoint"`
  const fits = async ({ blobKey, sha256 }: CheckpointRow): Promise<boolean> => {
    const bytes = await readFile(join(folder, blobKey)).catch(() => Buffer.alloc(0))
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

/** A hash of the names and values of the weights in a job's checkpoint `last`. */
export async function weightsOf(databaseUrl: string, folder: string, jobId: string): Promise<string> {
  const [row] = await query<CheckpointRow>(
    databaseUrl,
    `SELECT * FROM "Checkpoint" WHERE "jobId" = $1 AND "kind" = 'last' AND "supersededAt" IS NULL`,
    [jobId],
  )
  const hash = createHash('sha256')
  const values = roleValues(readCheckpoint(join(folder, row?.blobKey ?? '')), 'model')
  for (const [name, value] of [...values].sort(([a], [b]) => (a < b ? -1 : 1)))
    hash.update(name).update(new Uint8Array(value.buffer, value.byteOffset, value.byteLength))
  return hash.digest('hex')
}

interface EventRow extends Row {
  type: string
  data: { startStep?: number; stepsPerEpoch?: number; kind?: string; step?: number }
}

/** What is wrong with a job that has succeeded: its end, the chain of its states, its metrics, or where its attempts began. */
export async function violationsOf(databaseUrl: string, jobId: string): Promise<string[]> {
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
    ...(job?.state === 'succeeded' ? [] : [`it is ${String(job?.state)}: ${JSON.stringify(job?.reason)}`]),
    ...brokenChain(transitions),
    ...gaps(metrics, events),
    ...lostWork(events),
  ].map((violation) => `${jobId}: ${violation}`)
}

function brokenChain(transitions: readonly { from: string | null; to: string }[]): string[] {
  const ends = transitions.filter(({ to }) => ['succeeded', 'failed', 'canceled', 'stopped'].includes(to))
  const breaks = transitions.flatMap(({ from, to }, i) =>
    from === (transitions[i - 1]?.to ?? null) ? [] : [`it went from ${from} to ${to} after ${transitions[i - 1]?.to}`],
  )
  return ends.length === 1 ? breaks : [...breaks, `it ended ${ends.length} times`]
}

/** Every step has its loss and every epoch its validation, once each. */
function gaps(metrics: readonly { key: string; step: number }[], events: readonly EventRow[]): string[] {
  const { stepsPerEpoch = 1 } = events.find(({ type }) => type === 'started')?.data ?? {}
  return [['train/loss', 1] as const, ['val/loss', stepsPerEpoch] as const].flatMap(([key, every]) => {
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

/** An attempt begins at the newest checkpoint, or before it where that one was found to be damaged. */
function lostWork(events: readonly EventRow[]): string[] {
  const violations: string[] = []
  let newest = 0
  let damaged = false
  for (const { type, data } of events) {
    if (type === 'checkpoint' && data.kind === 'last') newest = data.step ?? 0
    if (type === 'checkpoint_damaged') damaged = true
    if (type !== 'started') continue
    if (!damaged && data.startStep !== newest)
      violations.push(`an attempt began at step ${data.startStep} when there was a checkpoint of step ${newest}`)
    newest = data.startStep ?? 0
    damaged = false
  }
  return violations
}
