import { afterEach, describe, expect, it } from 'vitest'
import { backlog, type StreamItem } from '../../../src/api/backlog.ts'
import { StreamHub, type StreamReader, type StreamSource } from '../../../src/api/stream-hub.ts'
import { OpenStreams } from '../../../src/api/stream-limits.ts'
import type { ChangeSubscriber } from '../../../src/service/ports/changes.ts'

const item = (id: number, size = 10): StreamItem => ({ id: BigInt(id), frame: 'x'.repeat(size), value: id })

/** A log in memory, whose changes are said when the test says so. */
function fake({ perLook = Infinity } = {}) {
  const items: StreamItem[] = []
  let subscriber: ChangeSubscriber | undefined
  let ended = false
  let failures = 0
  const source: StreamSource = {
    async followed(cursors) {
      if (failures-- > 0) throw new Error('away')
      return cursors.map(({ id, after }) => ({
        id,
        ended,
        newest: items.at(-1)?.id ?? 0n,
        items: after === undefined ? [] : items.filter((each) => each.id > after).slice(0, perLook),
      }))
    },
    page: async (_, after) => items.filter((each) => each.id > after).slice(0, 3),
  }
  const hub = new StreamHub({
    source,
    changes: { subscribe: (given) => (subscriber = given), listening: () => true, close: async () => undefined },
    validKeys: async (ids) => [...ids],
    onError: () => undefined,
  })
  return {
    hub,
    items,
    change: () => subscriber?.onChange('job'),
    gap: () => subscriber?.onGap(),
    fail: (times: number) => (failures = times),
    end: () => (ended = true),
  }
}

let stop: () => Promise<void> = async () => undefined
afterEach(() => stop())

/** Reads a stream until it ends or was closed, from an id on. */
async function read(hub: StreamHub, from = 0, until = Infinity): Promise<number[]> {
  let ring = (): void => undefined
  const reader: StreamReader = { topic: 'job', keyId: 'k', teamId: 't', closed: false, wake: () => ring() }
  hub.add(reader)
  const seen: number[] = []
  let cursor = BigInt(from)
  while (!reader.closed && seen.length < until) {
    const rung = new Promise<void>((resolve) => (ring = resolve))
    const batch = await hub.next(reader, cursor)
    if (batch.kind === 'ended') break
    if (batch.kind === 'idle') await rung
    else if (batch.kind === 'items') {
      cursor = batch.upTo
      seen.push(...batch.items.map(({ value }) => value as number))
    }
  }
  hub.remove(reader)
  return seen
}

describe('a hub of streams', () => {
  it('gives every reader every item once and in order, whether it is behind or not', async () => {
    const { hub, items, change, end } = fake({ perLook: 7 })
    stop = () => hub.stop()
    items.push(...[1, 2, 3, 4, 5].map((id) => item(id)))
    const [whole, later] = [read(hub), read(hub, 4)]
    for (let id = 6; id <= 60; id++) {
      items.push(item(id))
      if (id % 9 === 0) change()
    }
    end()
    change()
    const all = Array.from({ length: 60 }, (_, i) => i + 1)
    expect(await whole).toEqual(all)
    expect(await later).toEqual(all.slice(4))
  })

  it('reads again what was said while the connection was away, and after the database has failed', async () => {
    const { hub, items, change, gap, fail } = fake()
    stop = () => hub.stop()
    const first = read(hub, 0, 2)
    items.push(item(1))
    fail(2)
    change()
    // Not said: the notification is lost.
    items.push(item(2))
    gap()
    expect(await first).toEqual([1, 2])
  })

  it('ends its readers when the process ends', async () => {
    const { hub } = fake()
    const reading = read(hub)
    await hub.stop()
    expect(await reading).toEqual([])
  })
})

describe('a backlog', () => {
  it('is bounded by items and by characters, and knows what it has dropped', () => {
    const kept = backlog(0n)
    kept.push(Array.from({ length: 600 }, (_, i) => item(i + 1)))
    expect(kept.newest()).toBe(600n)
    expect(kept.after(99n)).toBeUndefined()
    expect(kept.after(100n)?.[0]?.id).toBe(101n)
    kept.push([item(601, 600_000)])
    expect(kept.after(600n)).toBeUndefined()
    expect(kept.newest()).toBe(601n)
    kept.push([item(602), item(602)])
    expect(kept.after(601n)?.map(({ id }) => id)).toEqual([602n])
  })

  it('gives a slow reader no more at once than it may buffer', () => {
    const kept = backlog(0n)
    kept.push([1, 2, 3].map((id) => item(id, 150_000)))
    expect(kept.after(0n)?.map(({ id }) => id)).toEqual([1n])
  })
})

describe('open streams', () => {
  const caller = (keyId: string, teamId: string) => ({ keyId, teamId, scopes: [] })

  it('are limited per key, per team and in all, and a place is free again once a stream has ended', () => {
    const streams = new OpenStreams({ perKey: 2, perTeam: 3, total: 4 })
    const close = streams.open(caller('a', 't'))
    streams.open(caller('a', 't'))
    expect(() => streams.open(caller('a', 't'))).toThrow(/an API key/)
    streams.open(caller('b', 't'))
    expect(() => streams.open(caller('c', 't'))).toThrow(/a team/)
    streams.open(caller('d', 'u'))
    expect(() => streams.open(caller('e', 'v'))).toThrow(/this process/)
    close()
    streams.open(caller('e', 'v'))
  })
})
