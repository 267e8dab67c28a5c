import { Client } from 'pg'
import type { JobClaim } from '../../src/service/ports/job-claims.ts'
import type { Store } from '../../src/service/ports/store.ts'
import { FAIR_SHARE } from '../../src/service/ports/fair-share.ts'
import { openStore } from '../../src/store/postgres.ts'
import { NO_QUOTA } from '../../src/store/quota-limits.ts'
import { setClock, simulateClock, timeAt } from './clock.ts'
import { WaitingTeams, type Timeline } from './timeline.ts'
import type { Workload } from './workload.ts'

/** Simulated seconds between two renewals of a lease; the product renews every other second. */
const RENEWED_EVERY = 60
const LEASE_MS = 3_600_000
/** What loading and the rest of a start take. */
const START_SECONDS = 3

interface Device {
  claim: JobClaim
  team: number
  from: number
  /** When the job is at its end, or its lease is renewed next. */
  until: number
  ends: number
}

export interface SimulationOptions {
  databaseUrl: string
  /** Ends the simulation before all jobs have ended. */
  untilSeconds?: number
  onProgress?: (ended: number, seconds: number) => void
  /** Called at every renewal round. */
  onRound?: (store: Store, database: Client, seconds: number, running: ReadonlyMap<string, number>) => Promise<void>
}

/**
 * Runs a workload on the real store: its claims, renewals, preemptions and hand-backs decide and count. Devices, trainers and the clock are
 * simulated: what happens next, happens at once.
 * @param databaseUrl the owner of a migrated database that is used for nothing else
 */
export async function simulate(workload: Workload, options: SimulationOptions): Promise<Timeline> {
  const database = new Client({ connectionString: options.databaseUrl })
  await database.connect()
  await database.query('TRUNCATE "Team" CASCADE')
  const store = openStore(await simulateClock(database, options.databaseUrl), NO_QUOTA, FAIR_SHARE)
  try {
    return await new Simulation(workload, store, database, options).run()
  } finally {
    await store.close()
    await database.query('DROP SCHEMA simulation CASCADE')
    await database.end()
  }
}

class Simulation {
  private readonly workload: Workload
  private readonly store: Store
  private readonly database: Client
  private readonly options: SimulationOptions
  private readonly devices: (Device | undefined)[]
  private readonly left = new Map<string, number>()
  private readonly waiting: WaitingTeams
  private readonly timeline: Timeline
  private ended = 0

  constructor(workload: Workload, store: Store, database: Client, options: SimulationOptions) {
    this.workload = workload
    this.store = store
    this.database = database
    this.options = options
    this.devices = Array.from({ length: workload.devices }, () => undefined)
    this.waiting = new WaitingTeams(workload.teams.length)
    this.timeline = { stretches: [], waiting: this.waiting.spans, starts: new Map(), preemptions: 0 }
  }

  async run(): Promise<Timeline> {
    const arrivals = [...new Set(this.workload.teams.map(({ arrives }) => arrives))].sort((a, b) => a - b)
    const total = this.workload.teams.reduce((sum, { jobs }) => sum + jobs.length, 0)
    let round = RENEWED_EVERY
    for (;;) {
      const now = Math.min(round, arrivals[0] ?? Infinity, ...this.devices.map((device) => device?.until ?? Infinity))
      await setClock(this.database, now)
      if (now === arrivals[0]) await this.arrive(arrivals.shift() ?? 0)
      if (now === round) {
        await this.round(now)
        round += RENEWED_EVERY
      }
      for (const [i, device] of this.devices.entries())
        if (device !== undefined && device.until <= now) await this.advance(i, device, now)
      await this.claim(now)
      if (this.ended === total || now >= (this.options.untilSeconds ?? Infinity)) return this.closed(now)
    }
  }

  /** With what is still running or waiting. */
  private closed(now: number): Timeline {
    for (const [i, device] of this.devices.entries()) if (device !== undefined) this.release(i, device, now)
    this.waiting.close(now)
    return this.timeline
  }

  private async arrive(at: number): Promise<void> {
    for (const [team, { id, weight, arrives, jobs }] of this.workload.teams.entries()) {
      if (arrives !== at) continue
      await this.database.query('INSERT INTO "Team" ("id", "name", "weight", "meteredAt") VALUES ($1, $1, $2, $3)', [
        id,
        weight,
        timeAt(at),
      ])
      await this.database.query(
        `INSERT INTO "DatasetVersion" ("id", "datasetId", "number", "teamId", "name", "state", "sizeBytes") VALUES ($1, $2, 1, $3, 'd', 'ready', 1)`,
        [`ds_${team}@1`, `ds_${team}`, id],
      )
      for (const [n, seconds] of jobs.entries()) this.left.set(`job_${team}_${n}`, seconds)
      await this.database.query(
        `INSERT INTO "Job" ("id", "teamId", "datasetId", "name", "state", "spec", "specHash", "reasons", "createdAt", "queuedAt")
         SELECT 'job_' || $1::text || '_' || n, $2, $3, 'j', 'queued', '{}', 'h', '{}',
           $4::timestamp + n * interval '1 millisecond', $4::timestamp
         FROM generate_series(0, $5::int - 1) AS n`,
        [team, id, `ds_${team}@1`, timeAt(at).toISOString().slice(0, -1), jobs.length],
      )
      this.waiting.add(team, at, jobs.length)
    }
    await this.database.query('ANALYZE "Job"')
  }

  /** Heartbeats, which meter; then preemptions, and the heartbeats by which their jobs learn of them. */
  private async round(now: number): Promise<void> {
    await this.renewAll(now)
    const before = this.timeline.preemptions
    while ((await this.store.preemptJob()) !== undefined) this.timeline.preemptions++
    if (this.timeline.preemptions > before) await this.renewAll(now)
    const running = new Map(
      this.devices.flatMap((device) => (device === undefined ? [] : [[device.claim.id, device.ends - now] as const])),
    )
    await this.options.onRound?.(this.store, this.database, now, running)
    this.options.onProgress?.(this.ended, now)
  }

  private async renewAll(now: number): Promise<void> {
    await Promise.all(
      this.devices.map(async (device, i) => (device === undefined ? undefined : this.renew(i, device, now))),
    )
  }

  /** Its heartbeat, which is how a worker learns that the job is to make room. */
  private async renew(i: number, device: Device, now: number): Promise<void> {
    const { id, token } = device.claim
    const { held, preemption } = await this.store.renewJob(id, token, LEASE_MS)
    if (!held) throw new Error(`${id} was lost at ${now} s`)
    if (preemption === undefined || device.ends <= now) return
    const reason = { code: 'preempted', fault: 'capacity', retryable: true, detail: 'Made room.' } as const
    await this.store.moveJob(id, token, { from: ['starting'], to: 'queued', reason })
    this.left.set(id, device.ends - now)
    this.release(i, device, now)
    this.waiting.add(device.team, now, 1)
  }

  private async advance(i: number, device: Device, now: number): Promise<void> {
    const { id, token } = device.claim
    await this.store.moveJob(id, token, { from: ['starting'], to: 'succeeded' })
    this.left.delete(id)
    this.ended++
    this.release(i, device, now)
  }

  private release(i: number, { claim, team, from }: Device, now: number): void {
    this.timeline.stretches.push({ team, job: claim.id, from, to: now })
    this.devices[i] = undefined
  }

  private async claim(now: number): Promise<void> {
    for (const [i, device] of this.devices.entries()) {
      if (device !== undefined) continue
      const claim = await this.store.claimNextJob(LEASE_MS)
      if (claim === undefined) return
      const team = Number(claim.id.split('_')[1])
      const ends = now + START_SECONDS + (this.left.get(claim.id) ?? 0)
      this.devices[i] = { claim, team, from: now, until: ends, ends }
      this.waiting.add(team, now, -1)
      if (!this.timeline.starts.has(claim.id)) this.timeline.starts.set(claim.id, now)
    }
  }
}
