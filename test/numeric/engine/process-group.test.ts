import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../helpers/archives.ts'
import { relativeError } from '../../helpers/engine.ts'

let folder: Awaited<ReturnType<typeof temporaryFolder>>
const started: ChildProcess[] = []
beforeEach(async () => {
  folder = await temporaryFolder()
})
afterEach(async () => {
  for (const child of started.splice(0)) child.kill('SIGKILL')
  await folder.remove()
})

type Mode = 'sums' | 'descent' | 'bfloat16' | 'norm' | 'dies' | 'stops'

/** Starts the processes of a group; what each prints, in the order of ranks. */
function members<T>(
  mode: Mode,
  worldSize: number,
  { store = `file://${join(folder.path, 'store')}`, timeoutMs = 60_000, compressGradients = false, address = '' } = {},
): Promise<T>[] {
  return Array.from({ length: worldSize }, async (_, rank) => {
    const options = JSON.stringify({ mode, rank, worldSize, store, timeoutMs, compressGradients, address })
    const child = spawn(process.execPath, [join('test', 'helpers', 'group-member.mjs'), options], {
      env: { ...process.env, OMP_NUM_THREADS: '1' },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    started.push(child)
    return JSON.parse(await text(child.stdout)) as T
  })
}

interface Norm {
  y: number[]
  dx: number[]
  dgamma: number[]
  dbeta: number[]
  moving: number[]
}

describe('a process group', () => {
  it('sums gradients of a captured step over all processes, with every replay', async () => {
    const both = await Promise.all(
      members<{ results: number[][][]; numbers: number[]; broadcast: number[] }>('sums', 2),
    )
    for (const [rank, { results, numbers, broadcast }] of both.entries()) {
      const own = [rank + 1, [10, 100][rank]!, [3, 4][rank]!]
      expect(results).toEqual(
        [3, 110, 7].map((sum, run) => [[sum * 160_000], [sum, sum, sum], [2, 4], [(own[run]! + 1) * 160_000]]),
      )
      expect(numbers).toEqual([1, 2])
      expect(broadcast).toEqual([5])
    }
  })

  it('meets at an address, too', async () => {
    const store = `tcp://127.0.0.1:${41_000 + (process.pid % 20_000)}/secret`
    const three = await Promise.all(members<{ numbers: number[] }>('sums', 2, { store }))
    expect(three.map(({ numbers }) => numbers)).toEqual([
      [1, 2],
      [1, 2],
    ])
  })

  it('meets at another port where one is taken', async () => {
    const [busy, free] = [createServer().listen(0), createServer().listen(0)]
    await Promise.all([once(busy, 'listening'), once(free, 'listening')])
    const ports = [busy, free].map((server) => (server.address() as AddressInfo).port)
    free.close()
    await once(free, 'close')
    const child = spawn(process.execPath, [join('test', 'helpers', 'meeting-place.mjs'), ...ports.map(String)], {
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    started.push(child)
    const opened = JSON.parse(await text(child.stdout)) as object
    expect(opened).toEqual({ store: `tcp://127.0.0.1:${ports[1]}/secret`, arrived: 1 })
    busy.close()
  })

  it('sums gradients to equal bits in all processes of a host, and as through sockets', async () => {
    for (const worldSize of [2, 3]) {
      const store = (name: string): string => `file://${join(folder.path, `${name}-${worldSize}`)}`
      const [first, ...others] = await Promise.all(
        members<number[][]>('descent', worldSize, { store: store('memory') }),
      )
      for (const other of others) expect(other).toEqual(first)
      const [sockets] = await Promise.all(
        members<number[][]>('descent', worldSize, { store: store('sockets'), address: '127.0.0.1' }),
      )
      expect(relativeError(first!.flat(), sockets!.flat())).toBeLessThan(1e-6)
    }
  })

  it('sums gradients of a net in bfloat16, rounded once', async () => {
    const parts = await Promise.all(members<{ own: number[]; sum: number[] }>('bfloat16', 3))
    const exact = parts[0]!.own.map((_, i) => parts.reduce((sum, { own }) => sum + own[i]!, 0))
    for (const { sum } of parts) {
      expect(sum).toEqual(parts[0]!.sum)
      expect(sum.every((value) => (new Uint32Array(Float32Array.of(value).buffer)[0]! & 0xffff) === 0)).toBe(true)
      for (const [i, value] of sum.entries())
        expect(Math.abs(value - exact[i]!)).toBeLessThanOrEqual(2 ** -8 * Math.abs(exact[i]!) + 1e-6)
    }
  })

  it('sums compressed gradients to equal bits in all processes, which differ from others by the rounding of bfloat16', async () => {
    for (const worldSize of [2, 3]) {
      const store = (name: string): string => `file://${join(folder.path, `${name}-${worldSize}`)}`
      const [exact] = await Promise.all(members<number[][]>('descent', worldSize, { store: store('exact') }))
      const [first, ...others] = await Promise.all(
        members<number[][]>('descent', worldSize, { store: store('compressed'), compressGradients: true }),
      )
      for (const other of others) expect(other).toEqual(first)
      const error = relativeError(first!.flat(), exact!.flat())
      expect(error).toBeGreaterThan(0)
      expect(error).toBeLessThan(2 ** -7)
    }
  })

  it('normalises by the statistics of the whole batch', async () => {
    const [whole] = (await Promise.all(members<Norm>('norm', 1))) as [Norm]
    const parts = await Promise.all(members<Norm>('norm', 2))
    const joined = (key: 'y' | 'dx'): number[] => parts.flatMap((part) => part[key])
    const summed = (key: 'dgamma' | 'dbeta'): number[] =>
      whole[key].map((_, i) => parts.reduce((sum, part) => sum + part[key][i]!, 0))
    expect(relativeError(joined('y'), whole.y)).toBeLessThan(1e-5)
    expect(relativeError(joined('dx'), whole.dx)).toBeLessThan(1e-5)
    expect(relativeError(summed('dgamma'), whole.dgamma)).toBeLessThan(1e-5)
    expect(relativeError(summed('dbeta'), whole.dbeta)).toBeLessThan(1e-5)
    for (const part of parts) expect(relativeError(part.moving, whole.moving)).toBeLessThan(1e-5)
  })

  it('says that a process is lost which dies', async () => {
    const [first, second] = members<{ code: string }>('dies', 2)
    second?.catch(() => undefined)
    expect(await first).toEqual({ code: 'rank_lost' })
  })

  it('says that a process is lost which does not answer in time', async () => {
    const [first, second] = members<{ code: string }>('stops', 2, { timeoutMs: 2000 })
    second?.catch(() => undefined)
    expect(await first).toEqual({ code: 'rank_lost' })
  })
})
