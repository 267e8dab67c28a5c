import type { Client } from 'pg'
import { expectedStart } from '../../src/service/expected-start.ts'
import { FAIR_SHARE } from '../../src/service/ports/fair-share.ts'
import type { Store } from '../../src/service/ports/store.ts'

/** Rounds of renewals between two rounds of questions. */
const ASKED_EVERY = 30
const QUESTIONS = 6

interface Question {
  job: string
  at: number
  expected: number
}

/** Asks of jobs in the queue when they are expected to start, to be compared with when they do. */
export class Hindsight {
  private readonly questions: Question[] = []
  private rounds = 0

  /** @param running seconds that the running jobs have left, which a trainer would report */
  async ask(store: Store, database: Client, now: number, running: ReadonlyMap<string, number>): Promise<void> {
    if (this.rounds++ % ASKED_EVERY !== 0) return
    for (const [id, secondsLeft] of running)
      await database.query('UPDATE "Job" SET "progress" = $2 WHERE "id" = $1', [id, JSON.stringify({ secondsLeft })])
    const { rows } = await database.query<{ id: string; teamId: string }>(
      `SELECT "id", "teamId" FROM "Job" WHERE "state" = 'queued' AND "claimedAt" IS NULL ORDER BY md5("id" || $1) LIMIT $2`,
      [String(now), QUESTIONS],
    )
    for (const { id, teamId } of rows) {
      const snapshot = await store.queueSnapshot(teamId, id)
      const expected = snapshot === undefined ? undefined : expectedStart(snapshot, FAIR_SHARE)
      if (expected !== undefined) this.questions.push({ job: id, at: now, expected: expected.seconds })
    }
  }

  /** Of jobs that did start within so many seconds of the question: their waits, and how far off the expectation was. */
  errors(starts: ReadonlyMap<string, number>, withinSeconds: number) {
    const known = this.questions.flatMap(({ job, at, expected }) => {
      const waited = (starts.get(job) ?? Infinity) - at
      return Number.isFinite(waited) && waited <= withinSeconds
        ? [{ waited, error: Math.abs(expected - waited), signed: expected - waited }]
        : []
    })
    return {
      withinHours: withinSeconds / 3600,
      questions: known.length,
      medianWaitSeconds: quantile(
        known.map(({ waited }) => waited),
        0.5,
      ),
      medianErrorSeconds: quantile(
        known.map(({ error }) => error),
        0.5,
      ),
      p90ErrorSeconds: quantile(
        known.map(({ error }) => error),
        0.9,
      ),
      medianSignedSeconds: quantile(
        known.map(({ signed }) => signed),
        0.5,
      ),
    }
  }
}

function quantile(values: number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return Math.round(sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? NaN)
}
