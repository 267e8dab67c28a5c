import { describe, expect, it } from 'vitest'
import { expectedStart } from '../../../src/service/expected-start.ts'
import { FAIR_SHARE, type QueueSnapshot, type TeamInQueue } from '../../../src/service/ports/fair-share.ts'
import { runEstimate } from '../../../src/service/run-estimate.ts'

/** So many jobs that wait, each for so many devices. */
const jobs = (count: number, devices = 1): number[] => Array.from({ length: count }, () => devices)

const team = (fields: Partial<TeamInQueue>): TeamInQueue => ({
  own: false,
  seconds: 0,
  weight: 1,
  queued: [],
  running: [],
  meanSeconds: 100,
  maxRunning: 1000,
  deviceHoursLeft: 1000,
  ...fields,
})

const snapshot = (teams: TeamInQueue[], fields: Partial<QueueSnapshot> = {}): QueueSnapshot => ({
  teams,
  ahead: { count: 0, jobs: [] },
  waitedSeconds: 0,
  notBeforeSeconds: 0,
  now: new Date(0),
  ...fields,
})

const running = (...secondsLeft: (number | null)[]) =>
  secondsLeft.map((left) => ({ devices: 1, secondsLeft: left, heldSeconds: 0 }))
const start = (teams: TeamInQueue[], fields?: Partial<QueueSnapshot>) =>
  expectedStart(snapshot(teams, fields), FAIR_SHARE)

describe('an expected start', () => {
  it('is that of the first device that becomes free, for the team with the least device time', () => {
    const own = team({ own: true, queued: jobs(1) })
    expect(start([own, team({ seconds: 50, queued: jobs(9), running: running(70, 40) })])).toEqual({
      rank: 1,
      seconds: 40,
      byPreemption: false,
    })
  })

  it('comes after the turns of teams with less, and of the jobs before it', () => {
    const own = team({ own: true, seconds: 1000, queued: jobs(2), running: running(10) })
    const ahead = { count: 1, jobs: ['job_1'] }
    expect(start([own, team({ queued: jobs(3) })], { ahead })).toMatchObject({ rank: 5, seconds: 410 })
  })

  it('waits until as many devices are free as the job needs, and none overtakes it', () => {
    const large = team({ own: true, queued: jobs(1, 2), running: [] })
    const small = team({ seconds: 50, queued: jobs(3), running: running(70, 40) })
    expect(start([large, small])).toMatchObject({ rank: 1, seconds: 70 })
    const own = team({ own: true, seconds: 10, queued: jobs(1), running: [] })
    expect(start([own, { ...large, own: false }, small])).toMatchObject({ rank: 2, seconds: 170 })
  })

  it('counts the time of every device of a job', () => {
    const own = team({ own: true, seconds: 150, queued: jobs(1) })
    const two = team({ queued: jobs(1), running: [{ devices: 2, secondsLeft: 100, heldSeconds: 0 }], meanSeconds: 10 })
    expect(start([own, two])).toMatchObject({ rank: 1, seconds: 100 })
    expect(start([own, { ...two, running: running(100) }])).toMatchObject({ rank: 2 })
  })

  it('of a job with more devices than are known comes once nothing else runs', () => {
    const own = team({ own: true, queued: jobs(1, 4) })
    expect(start([own, team({ running: running(30) })])).toMatchObject({ rank: 1, seconds: 30 })
    expect(start([own])).toMatchObject({ rank: 1, seconds: 0 })
  })

  it('weighs device time', () => {
    const own = team({ own: true, seconds: 300, weight: 4, queued: jobs(1), running: running(10) })
    expect(start([own, team({ seconds: 200, queued: jobs(1) })])).toMatchObject({ rank: 1 })
    expect(start([{ ...own, weight: 1 }, team({ seconds: 200, queued: jobs(1) })])).toMatchObject({ rank: 2 })
  })

  it('is that of a preemption where that is sooner', () => {
    const own = team({ own: true, queued: jobs(1) })
    const busy = team({
      seconds: 5000,
      queued: jobs(9),
      running: [{ devices: 1, secondsLeft: 9000, heldSeconds: 500 }],
    })
    expect(start([own, busy], { waitedSeconds: 100 })).toEqual({ rank: 1, seconds: 200, byPreemption: true })
  })

  it('takes the mean where a trainer has not said how long it will run, and a wait after a failure into account', () => {
    const own = team({ own: true, queued: jobs(1), meanSeconds: null })
    expect(start([own, team({ running: running(null) })])).toMatchObject({ seconds: 100 })
    expect(start([own, team({ running: running(null) })], { notBeforeSeconds: 170 })).toMatchObject({ seconds: 170 })
  })

  it('is not known where a quota keeps the team from running', () => {
    const other = team({ queued: jobs(1), running: running(10) })
    expect(start([team({ own: true, queued: jobs(1), deviceHoursLeft: 0 }), other])).toBeUndefined()
    expect(start([team({ own: true, queued: jobs(1), maxRunning: 0 }), other])).toBeUndefined()
    const busy = team({ queued: jobs(1), running: running(10, 20, 30) })
    expect(start([team({ own: true, queued: jobs(1), deviceHoursLeft: 0 }), busy])).toBeUndefined()
  })
})

describe('an estimate of a run', () => {
  const run = { deviceKind: 'cpu', images: 1000, imagesPerSecond: 10, deviceSeconds: 130 }

  it('adds the median time of start and report to that of the images', () => {
    const runs = [run, { ...run, imagesPerSecond: 20, deviceSeconds: 60 }, { ...run, imagesPerSecond: 40 }]
    expect(runEstimate(400, runs)).toMatchObject({
      seconds: 400 / 20 + 30,
      basis: { runs: 3, imagesPerSecond: 20, otherSeconds: 30 },
    })
  })

  it('is none without a like run', () => {
    expect(runEstimate(400, [])).toBeUndefined()
  })
})
