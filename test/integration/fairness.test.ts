import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { simulate } from '../../bench/fairness/simulation.ts'
import { windows } from '../../bench/fairness/timeline.ts'
import { firstWaits, floodWorkload, mixedWorkload } from '../../bench/fairness/workload.ts'
import { FAIR_SHARE } from '../../src/service/ports/fair-share.ts'
import { startService, type ServiceUnderTest } from '../helpers/service.ts'

/** Between two renewals of the simulation, at which a job learns that it is to make room. */
const ROUND_SECONDS = 60

let service: ServiceUnderTest
beforeAll(async () => {
  service = await startService()
})
afterAll(() => service.stop())

async function ofAllJobs<T extends object>(column: string): Promise<T[]> {
  const database = new Client({ connectionString: service.database.url })
  await database.connect()
  const { rows } = await database.query<T>(`SELECT ${column} FROM "Job"`)
  await database.end()
  return rows
}

describe('in a simulation on the real store', () => {
  it('a team with a flood of jobs delays nobody for longer than one preemption takes', async () => {
    const workload = floodWorkload({ jobs: 60, devices: 3, others: 3, every: 1800 })
    const { starts, preemptions } = await simulate(workload, {
      databaseUrl: service.database.url,
      untilSeconds: 4 * 1800,
    })
    const waits = firstWaits(workload, starts)
    expect(Math.max(...waits)).toBeLessThanOrEqual(FAIR_SHARE.preemptAfterSeconds + ROUND_SECONDS)
    expect(preemptions).toBeGreaterThanOrEqual(3)
    const counts = await ofAllJobs('max("failures") AS failures, max("deaths") AS deaths')
    expect(counts).toEqual([{ failures: 0, deaths: 0 }])
  })

  it('teams get device time by their weights in every hour in which all of them wait', async () => {
    const workload = mixedWorkload({ teams: 4, jobs: 400, devices: 2, seed: 1 })
    const timeline = await simulate(workload, { databaseUrl: service.database.url, untilSeconds: 2 * 3600 })
    const measured = windows(workload.teams, timeline, { length: 3600, stride: 600 })
    expect(measured.length).toBeGreaterThan(3)
    for (const { jain } of measured) expect(jain).toBeGreaterThan(0.95)
  })
})
