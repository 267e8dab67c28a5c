import { describe, expect, it } from 'vitest'
import type { GroupOptions, OpenedGroup } from '../../../src/engine/distributed/collective.ts'
import { freePort } from '../../../src/embedded/processes.ts'
import { openMeeting } from '../../../src/engine/distributed/meeting.ts'
import type { Engine } from '../../../src/engine/engine.ts'
import { AppError } from '../../../src/errors.ts'

const OPTIONS: GroupOptions = { rank: 0, worldSize: 2, store: 'tcp://10.0.0.1:0/secret', timeoutMs: 1000 }
const OPENED = {} as OpenedGroup

/** An engine for which some ports are taken. */
function engine(taken: (store: string) => string | undefined) {
  const asked: string[] = []
  const openGroup = ({ store }: GroupOptions): OpenedGroup => {
    asked.push(store)
    const error = taken(store)
    if (error !== undefined) throw new AppError('rank_lost', error)
    return OPENED
  }
  return { engine: { name: 'fake', openGroup } as unknown as Engine, asked }
}

function portsFrom(first: number): () => Promise<number> {
  let next = first
  return () => Promise.resolve(next++)
}

describe('the place where ranks of several hosts meet', () => {
  it('is at another port where one is taken before it is opened', async () => {
    const { engine: busy, asked } = engine((store) =>
      store.includes(':4002') ? undefined : 'bind failed: Address already in use',
    )
    const meeting = await openMeeting(busy, OPTIONS, portsFrom(4000))
    expect(meeting).toEqual({ group: OPENED, store: 'tcp://10.0.0.1:4002/secret' })
    expect(asked).toHaveLength(3)
  })

  it('is at a port that is free, also for an address of version 6', async () => {
    const { engine: free } = engine(() => undefined)
    const { store } = await openMeeting(free, { ...OPTIONS, store: 'tcp://[::1]:0/secret' }, freePort)
    expect(store).toMatch(/^tcp:\/\/\[::1\]:[1-9]\d*\/secret$/)
  })

  it('fails where no port can be opened, or for another reason', async () => {
    const none = engine(() => 'bind failed: Address already in use')
    await expect(openMeeting(none.engine, OPTIONS, portsFrom(4000))).rejects.toThrow('in use')
    expect(none.asked.length).toBeGreaterThan(1)
    const other = engine(() => 'Permission denied')
    await expect(openMeeting(other.engine, OPTIONS, portsFrom(4000))).rejects.toThrow('Permission denied')
    expect(other.asked).toHaveLength(1)
  })

  it('needs an engine with process groups', async () => {
    await expect(openMeeting({ name: 'wasm' } as unknown as Engine, OPTIONS, freePort)).rejects.toMatchObject({
      code: 'engine_unavailable',
    })
  })
})
