import { expect, it, vi } from 'vitest'
import { startLane } from '../../../src/worker/lane.ts'

const until = (isSo: () => boolean): Promise<void> => vi.waitFor(() => expect(isSo()).toBe(true), { timeout: 20_000 })

it('a lane does one thing after the other, woken or not, and ends with what is under way', async () => {
  const waiting = [1, 2, 3]
  const done: number[] = []
  let underWay = 0
  let most = 0
  let release = (): void => undefined
  const lane = startLane<number>({
    name: 'jobs',
    next: () => Promise.resolve(waiting.shift()),
    async work(item) {
      most = Math.max(most, ++underWay)
      if (item === 5) await new Promise<void>((resolve) => (release = resolve))
      done.push(item)
      underWay--
    },
    onError: () => undefined,
  })
  await until(() => done.length === 3)
  waiting.push(4)
  lane.wake()
  await until(() => done.length === 4)
  // Nobody says so: the message was lost.
  waiting.push(5, 6)
  await until(() => underWay === 1)
  const stopped = lane.stop()
  release()
  await stopped
  expect(done).toEqual([1, 2, 3, 4, 5])
  expect(most).toBe(1)
})

it('a message that comes while a lane looks for work makes it look again at once', async () => {
  let looks = 0
  const lane = startLane<never>({
    name: 'jobs',
    async next() {
      await new Promise((resolve) => setImmediate(resolve))
      if (++looks === 1) lane.wake()
      return undefined
    },
    work: () => Promise.resolve(),
    onError: () => undefined,
  })
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve))
  expect(looks).toBe(2)
  await lane.stop()
})

it('a lane goes on after a failure', async () => {
  const errors: unknown[] = []
  let fails = true
  let worked = false
  const lane = startLane<string>({
    name: 'jobs',
    next() {
      if (!fails) return Promise.resolve(worked ? undefined : 'work')
      fails = false
      return Promise.reject(new Error('the database is away'))
    },
    work: () => Promise.resolve(void (worked = true)),
    onError: (error) => errors.push(error),
  })
  await until(() => worked)
  expect(errors).toHaveLength(1)
  await lane.stop()
})

it('a lane with slots does so many things at a time, looks for one at a time, and waits for all of them', async () => {
  const waiting = [1, 2, 3]
  const underWay = new Map<number, () => void>()
  let looking = 0
  const lane = startLane<number>({
    name: 'jobs',
    slots: 2,
    async next() {
      expect(++looking).toBe(1)
      await new Promise((resolve) => setImmediate(resolve))
      looking--
      return waiting.shift()
    },
    work: (item) => new Promise((resolve) => underWay.set(item, resolve)),
    onError: () => undefined,
  })
  await until(() => underWay.size === 2)
  await new Promise((resolve) => setTimeout(resolve, 20))
  expect([...underWay.keys()]).toEqual([1, 2])
  // Whichever ends makes room at once.
  underWay.get(2)?.()
  await until(() => underWay.has(3))
  let stopped = false
  const stopping = lane.stop().then(() => (stopped = true))
  underWay.get(1)?.()
  await new Promise((resolve) => setTimeout(resolve, 20))
  expect(stopped).toBe(false)
  underWay.get(3)?.()
  await stopping
})
