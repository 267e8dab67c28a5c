import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ACTIONS, ACTIVE_STATES, JOB_ACTIONS, JOB_STATES, type JobState } from '../../src/service/job-states.ts'
import type { JobClaim } from '../../src/service/ports/job-claims.ts'
import type { Message } from '../../src/service/ports/queue.ts'
import type { Store } from '../../src/service/ports/store.ts'
import { startStore, type ServiceUnderTest, type StoreUnderTest } from '../helpers/service.ts'

let service: ServiceUnderTest
let store: Store
let database: Client
let teamId: string
let newJob: StoreUnderTest['newJob']
beforeAll(async () => {
  ;({ service, store, teamId, newJob } = await startStore())
  database = new Client({ connectionString: service.database.url })
  await database.connect()
})
afterAll(async () => {
  await database.end()
  await service.stop()
})

const stateOf = async (id: string): Promise<JobState | undefined> => (await store.job(teamId, id))?.state
const claim = async (id: string, leaseMs = 60_000): Promise<JobClaim> => {
  const claimed = await store.claimJob(id, leaseMs)
  if (claimed === undefined) throw new Error('no claim')
  return claimed
}
const ask = (id: string, action: (typeof JOB_ACTIONS)[number]): Promise<boolean> =>
  store.requestJobAction(teamId, id, action)
const running = async (): Promise<JobClaim> => {
  const claimed = await claim(await newJob())
  await store.moveJob(claimed.id, claimed.token, { from: ['starting'], to: 'running' })
  return claimed
}
const from = async (to: JobState): Promise<JobClaim> => {
  const claimed = await running()
  await store.moveJob(claimed.id, claimed.token, { from: ['running'], to })
  return claimed
}

/** How a job gets into a state. */
const into: Record<JobState, () => Promise<{ id: string }>> = {
  queued: async () => ({ id: await newJob() }),
  starting: async () => claim(await newJob()),
  running,
  finalizing: () => from('finalizing'),
  pausing: () => from('pausing'),
  paused: () => from('paused'),
  stopping: () => from('stopping'),
  succeeded: () => from('succeeded'),
  failed: () => from('failed'),
  canceled: () => from('canceled'),
  async stopped() {
    const claimed = await from('stopping')
    await store.moveJob(claimed.id, claimed.token, { from: ['stopping'], to: 'stopped' })
    return claimed
  },
}

describe('a job', () => {
  it.each(JOB_STATES.flatMap((state) => JOB_ACTIONS.map((action) => [action, state] as const)))(
    'that is asked to %s while %s does so, or stays as it is and says no',
    async (action, state) => {
      const { id } = await into[state]()
      expect(await stateOf(id)).toBe(state)
      const to = ACTIONS[action][state]
      const before = (await store.transitions(id)).length
      expect(await ask(id, action)).toBe(to !== undefined)
      expect(await stateOf(id)).toBe(to ?? state)
      expect((await store.transitions(id)).length - before).toBe(to === undefined || to === state ? 0 : 1)
    },
  )

  it('of another team is not moved', async () => {
    const id = await newJob()
    expect(await store.requestJobAction((await service.team()).id, id, 'pause')).toBe(false)
    expect(await stateOf(id)).toBe('queued')
  })

  it('does what one of many askers wants', async () => {
    const id = await newJob()
    const answers = await Promise.all(Array.from({ length: 8 }, () => ask(id, 'pause')))
    expect(answers.filter((answer) => answer)).toHaveLength(1)
    expect((await store.transitions(id)).map(({ to }) => to)).toEqual(['queued', 'paused'])
  })

  it('goes back to the queue, with a message, when it is resumed or retried', async () => {
    for (const [state, action] of [['paused', 'resume'] as const, ['failed', 'retry'] as const]) {
      const { id } = await into[state]()
      while ((await store.relayOutbox(() => Promise.resolve())) > 0);
      expect(await ask(id, action)).toBe(true)
      const sent: Message[] = []
      await store.relayOutbox((messages) => Promise.resolve(void sent.push(...messages)))
      expect(sent).toEqual([{ kind: 'job', ref: id, token: 1 }])
      expect((await store.job(teamId, id))?.endedAt).toBeNull()
      expect((await claim(id)).attempt).toBe(2)
    }
  })

  it('tells its worker that it is to pause, stop or be canceled', async () => {
    for (const [action, requestedAction] of [
      ['pause', 'pause'] as const,
      ['stop', 'stop'] as const,
      ['cancel', 'cancel'] as const,
    ]) {
      const { id, token } = await running()
      expect(await store.renewJob(id, token, 60_000)).toEqual({ held: true })
      await ask(id, action)
      expect(await store.renewJob(id, token, 60_000)).toEqual({ held: true, requestedAction })
    }
  })

  it('that was to pause when its worker died is paused by the next one', async () => {
    const { id, token } = await running()
    await ask(id, 'pause')
    await store.renewJob(id, token, 0)
    expect(await store.claimJob(id, 60_000)).toBeUndefined()
    expect(await stateOf(id)).toBe('paused')
  })

  it('that was canceled when its worker died is canceled by the next one', async () => {
    const { id, token } = await running()
    await ask(id, 'cancel')
    await store.renewJob(id, token, 0)
    expect(await store.claimJob(id, 60_000)).toBeUndefined()
    expect(await store.job(teamId, id)).toMatchObject({ state: 'canceled', reason: { code: 'canceled' } })
  })

  it.each(['succeeded', 'failed', 'queued'] as const)(
    'that was canceled before its worker saw it is canceled where that would have it %s',
    async (to) => {
      const { id, token } = await from('finalizing')
      await ask(id, 'cancel')
      for (let again = 0; again < 2; again++)
        expect(await store.moveJob(id, token, { from: ACTIVE_STATES, to })).toBe(true)
      expect(await store.job(teamId, id)).toMatchObject({ state: 'canceled', reason: { code: 'canceled' } })
    },
  )

  it('that was canceled while it pauses is not left paused', async () => {
    const { id, token } = await from('pausing')
    await ask(id, 'cancel')
    expect(await store.moveJob(id, token, { from: ['pausing'], to: 'paused' })).toBe(true)
    expect(await stateOf(id)).toBe('canceled')
  })

  it('that was to stop stays so over workers, until one has stopped it', async () => {
    const first = await running()
    await ask(first.id, 'stop')
    await store.renewJob(first.id, first.token, 0)
    const second = await claim(first.id)
    expect([second.stopEarly, await stateOf(second.id)]).toEqual([true, 'stopping'])
    await store.moveJob(second.id, second.token, { from: ACTIVE_STATES, to: 'queued' })
    const third = await claim(second.id)
    expect([third.stopEarly, await stateOf(third.id)]).toEqual([true, 'stopping'])
    await store.moveJob(third.id, third.token, { from: ['stopping'], to: 'stopped' })
    await ask(third.id, 'retry')
    expect((await claim(third.id)).stopEarly).toBe(false)
  })

  it('takes the first of a worker’s moves that starts at its state', async () => {
    const { id, token } = await running()
    await ask(id, 'stop')
    const ends = [
      { from: ['stopping'], to: 'stopped' },
      { from: ['running'], to: 'succeeded' },
    ] as const
    expect(await store.moveJob(id, token, { from: ['starting'], to: 'running' })).toBe(false)
    expect(await store.moveJob(id, token, { from: ['starting'], to: 'running' }, { from: ['stopping'] })).toBe(true)
    expect(await stateOf(id)).toBe('stopping')
    expect(await store.moveJob(id, token + 1, ...ends)).toBe(false)
    expect(await store.moveJob(id, token, ...ends)).toBe(true)
    expect(await stateOf(id)).toBe('stopped')
  })

  it('has moved for its worker, which asks again because the answer was lost, and for no other', async () => {
    const { id, token } = await running()
    const back = { from: ACTIVE_STATES, to: 'queued' } as const
    expect(await store.moveJob(id, token, { from: ['starting'], to: 'running' })).toBe(true)
    expect(await store.moveJob(id, token, back)).toBe(true)
    expect(await store.moveJob(id, token, back)).toBe(true)
    expect(await store.moveJob(id, token, { from: ['running'], to: 'succeeded' })).toBe(false)
    await claim(id)
    expect(await store.moveJob(id, token, back)).toBe(false)
    const tos = (await store.transitions(id)).map(({ to }) => to)
    expect(tos).toEqual(['queued', 'starting', 'running', 'queued', 'starting'])
  })

  it('has a checkpoint once that was recorded twice, and keeps a blob that is named', async () => {
    const { id, token } = await running()
    const blobKey = `checkpoints/${id}/last-5-1-0123456789abcdef.safetensors`
    const checkpoint = { kind: 'last', step: 5, blobKey, sizeBytes: 1, sha256: 'c'.repeat(64), metrics: {} }
    for (let call = 0; call < 2; call++)
      expect(await store.recordJob(id, token, { events: [], metrics: [], checkpoint })).toBe(true)
    const other = { ...checkpoint, step: 6, blobKey: blobKey.replace('-5-', '-6-') }
    await store.recordJob(id, token, { events: [], metrics: [], checkpoint: other })
    await store.renewJob(id, token, 0)
    expect((await claim(id)).checkpoints.map(({ step }) => step)).toEqual([6, 5])
    const unnamed = blobKey.replace('-5-', '-7-')
    for (const key of [blobKey, other.blobKey, unnamed, unnamed]) await store.giveUpBlob(key)
    const removed = (await store.removedBlobs(1000)).map(({ key }) => key)
    expect(removed.filter((key) => key.startsWith(`checkpoints/${id}/`))).toEqual([unnamed])
  })

  it('leaves no blob behind of a worker that died between writing it and naming it', async () => {
    const { id, token } = await running()
    const key = (step: number): string => `checkpoints/${id}/last-${step}-1-fedcba9876543210.safetensors`
    for (const step of [1, 2]) await store.expectBlob(key(step))
    const ours = async (): Promise<string[]> =>
      (await store.removedBlobs(1000))
        .map(({ key: removed }) => removed)
        .filter((removed) => removed.startsWith(`checkpoints/${id}/`))
    expect(await ours()).toEqual([])
    const checkpoint = { kind: 'last', step: 1, blobKey: key(1), sizeBytes: 1, sha256: 'd'.repeat(64), metrics: {} }
    await store.recordJob(id, token, { events: [], metrics: [], checkpoint })
    await database.query(`UPDATE "RemovedBlob" SET "removeAfter" = now() - interval '1 second'`)
    expect(await ours()).toEqual([key(2)])
    // What a row names is forgotten, and is removed with its row only.
    const { rows } = await database.query(`SELECT 1 FROM "RemovedBlob" WHERE "key" = $1`, [key(1)])
    expect(rows).toEqual([])
  })

  it('has the artifact before removed when another one takes its place', async () => {
    const { id, token } = await running()
    const artifact = (content: string) => ({
      kind: 'report',
      fileName: 'report.html',
      contentType: 'text/html',
      sizeBytes: 1,
      blobKey: `artifacts/${id}/report-${content}.html`,
      sha256: content.repeat(64),
    })
    for (const content of ['a', 'a', 'b'])
      await store.recordJob(id, token, { events: [], metrics: [], artifact: artifact(content) })
    expect((await store.removedBlobs(1000)).map(({ key }) => key)).toContain(artifact('a').blobKey)
    expect((await store.removedBlobs(1000)).map(({ key }) => key)).not.toContain(artifact('b').blobKey)
  })

  it('refuses a way that its life does not have', async () => {
    const { id, token } = await running()
    await expect(store.moveJob(id, token, { from: ['running'], to: 'stopped' })).rejects.toMatchObject({
      code: 'internal',
    })
    expect(await stateOf(id)).toBe('running')
  })
})
