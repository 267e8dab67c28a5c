import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newId } from '../../src/service/ids.ts'
import type { JobState } from '../../src/service/job-states.ts'
import type { JobClaim } from '../../src/service/ports/job-claims.ts'
import type { Message } from '../../src/service/ports/queue.ts'
import type { Store } from '../../src/service/ports/store.ts'
import type { Sweep, SweepPlan } from '../../src/service/sweep-resources.ts'
import type { ResolvedSpec } from '../../src/job-spec/schema.ts'
import { startStore, type ServiceUnderTest } from '../helpers/service.ts'

let service: ServiceUnderTest
let store: Store
let teamId: string
let datasetId: string
beforeAll(async () => {
  ;({ service, store, teamId, datasetId } = await startStore())
})
afterAll(() => service.stop())

const HALVING: SweepPlan = {
  spec: {},
  space: { '/seed': { values: [0] } },
  eta: 2,
  rungs: [0.25, 0.5, 1],
  objective: { metric: 'val/accuracy', mode: 'max' },
}

async function newSweep(trials: number, plan: SweepPlan = HALVING): Promise<string> {
  const id = newId('sweep', Date.now())
  await store.createSweep({
    id,
    teamId,
    datasetId,
    name: 's',
    kind: 'asha',
    plan,
    trials: Array.from({ length: trials }, (_, i) => ({
      parameters: { '/seed': i },
      job: {
        id: newId('job', Date.now() + i),
        teamId,
        datasetId,
        name: `#${i + 1}`,
        specHash: 'h',
        reasons: {},
        spec: {} as ResolvedSpec,
      },
    })),
  })
  return id
}

const read = async (id: string): Promise<Sweep> => {
  const sweep = await store.sweep(teamId, id)
  if (sweep === undefined) throw new Error('no sweep')
  return sweep
}
const states = async (id: string): Promise<JobState[]> => (await read(id)).trials.map(({ state }) => state)

/** Does what a worker does with a job: runs it to where it pauses, or to its end. */
async function work(jobId: string, value: number): Promise<JobClaim> {
  const claim = await store.claimJob(jobId, 60_000)
  if (claim === undefined) throw new Error('no claim')
  const step = Math.round(100 * (claim.pauseAt ?? 1))
  await store.recordJob(jobId, claim.token, { events: [], metrics: [{ key: 'val/accuracy', step, value }] })
  await store.moveJob(jobId, claim.token, { from: ['starting'], to: 'running' })
  await store.moveJob(
    jobId,
    claim.token,
    claim.pauseAt === undefined
      ? { from: ['running'], to: 'succeeded' }
      : { from: ['running'], to: 'paused', reached: claim.pauseAt },
  )
  return claim
}

describe('a sweep', () => {
  it('halves its trials rung by rung, and its losers are stopped with their weights', async () => {
    const id = await newSweep(4)
    const { trials } = await read(id)
    for (const { job, number } of trials) {
      expect((await work(job, (5 - number) / 10)).pauseAt).toBe(0.25)
      await store.advanceSweep(id)
    }
    expect(await states(id)).toEqual(['queued', 'queued', 'stopped', 'stopped'])
    expect((await work(trials[0]!.job, 0.5)).pauseAt).toBe(0.5)
    await store.advanceSweep(id)
    expect((await work(trials[1]!.job, 0.8)).pauseAt).toBe(0.5)
    await store.advanceSweep(id)
    expect(await states(id)).toEqual(['stopped', 'queued', 'stopped', 'stopped'])
    expect((await work(trials[1]!.job, 0.9)).pauseAt).toBeUndefined()
    await store.advanceSweep(id)
    const ended = await read(id)
    expect(ended).toMatchObject({
      state: 'succeeded',
      best: { number: 2, value: 0.9 },
      counts: { trials: 4, ended: 4 },
      trials: [
        { rung: 1, value: 0.5, reason: { code: 'outperformed' } },
        { rung: 2, value: 0.9, reason: null },
        { rung: 0, value: 0.2 },
        { rung: 0, value: 0.1 },
      ],
    })
    expect(await store.runningSweeps()).not.toContain(id)
  })

  it('is decided once, however many workers come at the same time', async () => {
    const id = await newSweep(4)
    const { trials } = await read(id)
    for (const { job, number } of trials) await work(job, number / 10)
    await Promise.all(Array.from({ length: 8 }, () => store.advanceSweep(id)))
    expect(await states(id)).toEqual(['stopped', 'stopped', 'queued', 'queued'])
    expect((await read(id)).trials.map(({ rung }) => rung)).toEqual([0, 0, 1, 1])
    for (const { job } of trials)
      expect((await store.transitions(job)).filter(({ from }) => from === 'paused')).toHaveLength(1)
  })

  it('sends a message for every trial, and again for one that goes on', async () => {
    while ((await store.relayOutbox(() => Promise.resolve())) > 0);
    const id = await newSweep(2)
    const sent: Message[] = []
    const relay = (): Promise<number> => store.relayOutbox((messages) => Promise.resolve(void sent.push(...messages)))
    await relay()
    const jobs = (await read(id)).trials.map(({ job }) => job)
    expect(sent.map(({ ref }) => ref)).toEqual(jobs)
    for (const [i, job] of jobs.entries()) await work(job, i)
    sent.length = 0
    await store.advanceSweep(id)
    await relay()
    expect(sent).toEqual([{ kind: 'job', ref: jobs[1], token: 1 }])
  })

  it('leaves a trial alone that a person has paused, and lets one that a person resumes train to its end', async () => {
    const id = await newSweep(2)
    const [first, second] = (await read(id)).trials
    await store.requestJobAction(teamId, first!.job, 'pause')
    await work(second!.job, 0.5)
    await store.advanceSweep(id)
    expect(await states(id)).toEqual(['paused', 'paused'])
    await store.requestJobAction(teamId, first!.job, 'resume')
    expect((await work(first!.job, 0.4)).pauseAt).toBe(0.25)
    await store.requestJobAction(teamId, first!.job, 'resume')
    expect((await store.claimJob(first!.job, 60_000))?.pauseAt).toBeUndefined()
    await store.advanceSweep(id)
    expect(await states(id)).toEqual(['starting', 'queued'])
  })

  it('that is canceled cancels what has not ended, once', async () => {
    const id = await newSweep(3)
    const [first, second] = (await read(id)).trials
    await work(first!.job, 0.5)
    const { token = 0 } = (await store.claimJob(second!.job, 60_000)) ?? {}
    const answers = await Promise.all([1, 2, 3].map(() => store.cancelSweep(teamId, id)))
    expect(answers.filter((answer) => answer)).toHaveLength(1)
    expect(await states(id)).toEqual(['canceled', 'starting', 'canceled'])
    expect((await store.renewJob(second!.job, token, 60_000)).requestedAction).toBe('cancel')
    await store.advanceSweep(id)
    expect((await read(id)).state).toBe('canceled')
  })

  it('of another team is neither seen nor canceled', async () => {
    const id = await newSweep(1)
    const other = (await service.team()).id
    expect(await store.sweep(other, id)).toBeUndefined()
    expect((await store.sweeps(other, { limit: 10 })).data).toEqual([])
    expect(await store.cancelSweep(other, id)).toBe(false)
    expect((await read(id)).state).toBe('running')
  })

  it('fails with the first trial’s reason when no trial succeeds', async () => {
    const id = await newSweep(2, { ...HALVING, rungs: [1] })
    for (const { job } of (await read(id)).trials) {
      const claim = await store.claimJob(job, 60_000)
      const reason = { code: 'non_finite_loss', fault: 'user', retryable: false, detail: 'The loss is NaN.' } as const
      await store.moveJob(job, claim?.token ?? 0, { from: ['starting'], to: 'failed', reason })
    }
    await store.advanceSweep(id)
    expect(await read(id)).toMatchObject({
      state: 'failed',
      reason: {
        code: 'no_trial_succeeded',
        fault: 'user',
        detail: expect.stringContaining('The loss is NaN.') as string,
      },
    })
  })

  it('minimises a loss', async () => {
    const plan: SweepPlan = { ...HALVING, rungs: [0.5, 1], objective: { metric: 'val/accuracy', mode: 'min' } }
    const id = await newSweep(2, plan)
    for (const { job, number } of (await read(id)).trials) await work(job, number)
    await store.advanceSweep(id)
    expect(await states(id)).toEqual(['queued', 'stopped'])
  })
})
