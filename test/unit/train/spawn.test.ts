import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TrainEvent } from '../../../src/train/events.ts'
import { spawnTrainer } from '../../../src/train/spawn.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'anneal-spawn-'))
})
afterAll(() => rm(folder, { recursive: true }))

/** The events of a process that runs `code` once it has its task. */
async function eventsOf(code: string): Promise<TrainEvent[]> {
  const script = join(folder, 'trainer.cjs')
  await writeFile(script, `const fs = require('node:fs'); process.stdin.once('data', () => { ${code} })`)
  const trainer = spawnTrainer({ engine: 'cpu', threads: 1, environment: process.env, script })
  const events: TrainEvent[] = []
  const weights = { cacheDir: '', endpoint: '' }
  for await (const event of trainer.run({ spec: {}, specHash: '', dataDir: '', outDir: '', weights }))
    events.push(event)
  return events
}

const RUNNING = `fs.writeSync(3, '{"type":"phase","phase":"running"}\\n')`
const crash = (detail: string): object => ({
  type: 'failed',
  code: 'trainer_crashed',
  fault: 'infra',
  retryable: true,
  detail: expect.stringContaining(detail) as string,
})

describe('a trainer process', () => {
  it('that is killed between events ends the run with its signal', async () => {
    const events = await eventsOf(`${RUNNING}; process.kill(process.pid, 'SIGKILL')`)
    expect(events).toEqual([{ type: 'phase', phase: 'running' }, crash('SIGKILL')])
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
})
