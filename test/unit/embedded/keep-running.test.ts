import { describe, expect, it } from 'vitest'
import { keepRunning } from '../../../src/embedded/keep-running.ts'

/** A process that ends when it is told to. */
function fakeProcess(pid: number) {
  let end: () => void = () => undefined
  const exited = new Promise<void>((resolve) => (end = resolve))
  let stops = 0
  return {
    pid,
    exited,
    end,
    stops: () => stops,
    stop: async () => {
      stops++
      end()
    },
  }
}

describe('a process that is kept running', () => {
  it('is started again when it ends, also when a start fails, and is stopped in the end', async () => {
    const events: string[] = []
    const [first, second] = [fakeProcess(1), fakeProcess(2)]
    let failures = 1
    const kept = keepRunning({
      first,
      restart: async () => {
        if (failures-- > 0) throw new Error('the port is taken')
        return second
      },
      onEvent: (event, { pid, error }) => events.push([event, pid, error].join(' ').trim()),
    })
    first.end()
    await expect.poll(() => kept.current().pid).toBe(2)
    expect(events).toEqual(['died 1', 'restart_failed 1 the port is taken', 'restarted 2'])
    await kept.stop()
    expect([first.stops(), second.stops()]).toEqual([0, 1])
  })

  it('waits longer and longer while it keeps ending', async () => {
    const startedAt: number[] = []
    const kept = keepRunning({
      first: fakeProcess(0),
      restart: async () => {
        startedAt.push(performance.now())
        const next = fakeProcess(startedAt.length)
        next.end()
        return next
      },
      onEvent: () => undefined,
    })
    kept.current().end()
    await expect.poll(() => startedAt.length, { timeout: 20_000 }).toBeGreaterThanOrEqual(4)
    await kept.stop()
    const waits = startedAt.slice(1, 4).map((at, i) => at - (startedAt[i] ?? 0))
    for (const [i, least] of [400, 800, 1600].entries()) expect(waits[i]).toBeGreaterThan(least - 20)
  })

  it('is not started again once it was stopped, also while a restart waits', async () => {
    const first = fakeProcess(1)
    let restarts = 0
    const kept = keepRunning({
      first,
      restart: async () => {
        restarts++
        return fakeProcess(2)
      },
      onEvent: () => undefined,
    })
    first.end()
    await new Promise(setImmediate)
    await kept.stop()
    await new Promise((resolve) => setTimeout(resolve, 500))
    expect(restarts).toBe(0)
  })

  it('is stopped also while it starts again and does not get there', async () => {
    const first = fakeProcess(1)
    const events: string[] = []
    let starts = 0
    const kept = keepRunning({
      first,
      restart: (signal) => {
        starts++
        return new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('given up'))))
      },
      onEvent: (event) => events.push(event),
    })
    first.end()
    await expect.poll(() => starts).toBe(1)
    await kept.stop()
    expect(events).toEqual(['died'])
  })
})
