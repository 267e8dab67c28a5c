import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { simulate } from '../../bench/fairness/simulation.ts'
import { windows } from '../../bench/fairness/timeline.ts'
import { makeWorkload } from '../../bench/fairness/workload.ts'
import { FAIR_SHARE } from '../../src/service/ports/fair-share.ts'
import { startService, type ServiceUnderTest } from '../helpers/service.ts'

let service: ServiceUnderTest
beforeAll(async () => {
  service = await startService()
})
afterAll(() => service.stop())

describe('the simulation of a few teams', () => {
  it('divides device time by weight in every hour, and lets a flood delay nobody for longer than one preemption takes', async () => {
    const options = { teams: 6, jobs: 130, devices: 4, flood: 40, seed: 7, secondArrives: 1800, othersArrive: 3600 }
    const workload = makeWorkload(options)
    const timeline = await simulate(workload, { databaseUrl: service.database.url })
    expect(timeline.starts.size).toBe(workload.teams.reduce((sum, { jobs }) => sum + jobs.length, 0))
    const delay = (timeline.starts.get('job_1_0') ?? Infinity) - options.secondArrives
    expect(delay).toBeLessThanOrEqual(FAIR_SHARE.preemptAfterSeconds + FAIR_SHARE.preemptFloorSeconds)
    const measured = windows(workload.teams, timeline, { length: 3600, stride: 600 })
    console.log(delay, timeline.preemptions, measured)
    const database = new Client({ connectionString: service.database.url })
    await database.connect()
    const { rows } = await database.query<{ failures: number; deaths: number }>(
      `SELECT max("failures") AS failures, max("deaths") AS deaths FROM "Job"`,
    )
    await database.end()
    expect(rows).toEqual([{ failures: 0, deaths: 0 }])
  })
})
