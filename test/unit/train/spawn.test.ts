import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { childEnvironment } from '../../../src/engine/environment.ts'
import type { TrainEvent } from '../../../src/train/process/events.ts'
import { spawnTrainer, type Trainer } from '../../../src/train/process/spawn.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'anneal-spawn-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function started(code: string, countOomKills?: () => number): Promise<Trainer> {
  const script = join(folder, 'trainer.cjs')
  await writeFile(script, `const fs = require('node:fs'); ${code}`)
  const counting = countOomKills === undefined ? {} : { countOomKills }
  return spawnTrainer({ engine: 'cpu', threads: 1, environment: process.env, script, ...counting })
}

async function eventsOfRun(trainer: Trainer): Promise<TrainEvent[]> {
  const events: TrainEvent[] = []
  const weights = { cacheDir: '', endpoint: '' }
  for await (const event of trainer.run({ spec: {}, specHash: '', dataDir: '', outDir: '', weights }))
    events.push(event)
  return events
}

/** The events of a process that runs `code` once it has its task. */
const eventsOf = async (code: string, countOomKills?: () => number): Promise<TrainEvent[]> =>
  eventsOfRun(await started(`process.stdin.once('data', () => { ${code} })`, countOomKills))

const RUNNING = `fs.writeSync(3, '{"type":"phase","phase":"running"}\\n')`
const crash = (detail: string): object => ({
  type: 'failed',
  code: 'trainer_crashed',
  fault: 'infra',
  retryable: true,
  detail: expect.stringContaining(detail) as string,
})

describe('a trainer process', () => {
  it('that somebody has killed is not taken for one that ran out of memory', async () => {
    const events = await eventsOf(`${RUNNING}; process.kill(process.pid, 'SIGKILL')`, () => 3)
    expect(events).toEqual([{ type: 'phase', phase: 'running' }, crash('signal SIGKILL.')])
  })

  it('that the system has killed for lack of memory ends the run as out of memory', async () => {
    let kills = 0
    const events = await eventsOf(`${RUNNING}; process.kill(process.pid, 'SIGKILL')`, () => kills++)
    expect(events).toMatchObject([
      { type: 'phase', phase: 'running' },
      { type: 'failed', code: 'out_of_memory', fault: 'capacity', retryable: true },
    ])
  })

  it('that is killed while it writes an event ends the run', async () => {
    const events = await eventsOf(`fs.writeSync(3, '{"type":"pha'); process.kill(process.pid, 'SIGKILL')`)
    expect(events).toEqual([crash('not valid')])
  })

  it('that writes something else than events is stopped', async () => {
    const events = await eventsOf(`fs.writeSync(3, '{"type":"party"}\\n'); setInterval(() => {}, 1000)`)
    expect(events).toEqual([crash('party')])
  })

  it('that exits with an error reports its last output', async () => {
    const events = await eventsOf(`console.error('out of cheese'); process.exitCode = 3; process.stdin.destroy()`)
    expect(events).toEqual([crash('exit code 3. out of cheese')])
  })

  it('that dies because it gets no more memory says so', async () => {
    const events = await eventsOf(`console.error('FATAL ERROR: JavaScript heap out of memory'); process.abort()`)
    expect(events).toMatchObject([{ type: 'failed', code: 'out_of_memory', fault: 'capacity' }])
  })

  it('gets what the engine reads of the environment, and no address or key of another service', async () => {
    const script = join(folder, 'environment.cjs')
    await writeFile(
      script,
      `const detail = JSON.stringify(process.env); process.stdin.once('data', () => require('node:fs').writeSync(3, JSON.stringify({ type: 'failed', code: 'internal', fault: 'user', retryable: false, detail }) + '\\n') && process.exit())`,
    )
    const secrets = ['DATABASE_URL', 'REDIS_URL', 'BLOB_URL', 'ANNEAL_API_KEY', 'ANNEAL_KEY', 'AWS_SECRET_ACCESS_KEY']
    const others = ['HF_TOKEN', 'PGPASSWORD', 'NODE_OPTIONS', 'GITHUB_TOKEN', 'MY_OWN']
    const kept = { PATH: process.env['PATH'], CUDA_VISIBLE_DEVICES: '1', LC_ALL: 'C', HTTPS_PROXY: 'http://p:1' }
    const environment = { ...kept, ...Object.fromEntries([...secrets, ...others].map((name) => [name, 'secret'])) }
    const [event] = await eventsOfRun(spawnTrainer({ engine: 'cpu', threads: 1, environment, script }))
    const seen = JSON.parse((event as { detail: string }).detail) as Record<string, string>
    expect(seen).toMatchObject({ ...kept, OMP_NUM_THREADS: '1' })
    expect(Object.values(seen)).not.toContain('secret')
    expect(childEnvironment(environment)).toEqual({ PATH: kept.PATH, CUDA_VISIBLE_DEVICES: '1', LC_ALL: 'C' })
  })

  it('that failed before it had its task still says why', async () => {
    const failed = { type: 'failed', code: 'engine_unavailable', fault: 'infra', retryable: true, detail: 'no engine' }
    const trainer = await started(`fs.writeSync(3, ${JSON.stringify(`${JSON.stringify(failed)}\n`)})`)
    while (isAlive(trainer.pid)) await setTimeout(10)
    await setTimeout(50)
    expect(await eventsOfRun(trainer)).toEqual([failed])
  })
})

function isAlive(pid = 0): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
