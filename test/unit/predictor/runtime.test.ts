import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { PredictorOptions } from '../../../src/predictor/predictor-client.ts'
import { createModelRuntime } from '../../../src/predictor/runtime.ts'
import type { ModelRuntime } from '../../../src/service/ports/models.ts'

let folder: string
let started: string
let runtime: ModelRuntime | undefined
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'anneal-predictor-'))
  started = join(folder, 'started')
})
afterAll(() => rm(folder, { recursive: true }))
afterEach(() => runtime?.stop())

/** A predictor that notes its process, and runs `code` with each `request`. */
async function predictor(code: string, options: Partial<PredictorOptions> = {}): Promise<ModelRuntime> {
  const script = join(folder, 'predictor.cjs')
  await rm(started, { force: true })
  await writeFile(
    script,
    `const fs = require('node:fs'); fs.appendFileSync(${JSON.stringify(started)}, process.pid + ' ')
    const reply = (id, label) => fs.writeSync(3, JSON.stringify({ id, result: [{ top: [{ label, probability: 1 }] }] }) + '\\n')
    const lines = require('node:readline').createInterface({ input: process.stdin })
    lines.on('line', (line) => { const request = JSON.parse(line); ${code} })
    lines.on('close', () => process.exit(0))`,
  )
  const log = { info: () => undefined, warn: () => undefined }
  runtime = createModelRuntime({
    engine: 'cpu',
    threads: 1,
    modelBytes: 0,
    environment: process.env,
    log,
    script,
    ...options,
  })
  return runtime
}

const processes = async (): Promise<number[]> =>
  (await readFile(started, 'utf8').catch(() => '')).split(' ').filter(Boolean).map(Number)
const lives = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
const predict = async (models: ModelRuntime, name = 'x'): Promise<string | undefined> => {
  const options = { top: 1, logits: false, asIs: false }
  const [first] = await models.predict({ path: '/m', sha256: 'm' }, [{ path: '/i', name }], options)
  return first?.top[0]?.label
}
const failure = (code: string, detail: string): object => ({
  code,
  retryable: code === 'unavailable',
  message: expect.stringContaining(detail) as string,
})
const ECHO = 'reply(request.id, request.params.images[0].name)'

describe('a predictor process', () => {
  it('passes on what it prints to those who listen, and to nobody after that', async () => {
    const models = await predictor(`console.log('out', request.id); console.error('err', request.id); ${ECHO}`)
    const heard = { stdout: '', stderr: '' }
    const stop = models.listen((stream, chunk) => {
      heard[stream] += chunk.toString('utf8')
    })
    await predict(models)
    await expect.poll(() => heard).toEqual({ stdout: 'out 1\n', stderr: 'err 1\n' })
    stop()
    await predict(models)
    await predict(models)
    expect(heard.stdout).toBe('out 1\n')
  })

  it('starts with the first request, and answers each caller whatever the order of the replies', async () => {
    const models = await predictor(`setTimeout(() => { ${ECHO} }, request.id === 1 ? 100 : 0)`)
    expect(await processes()).toEqual([])
    expect(await Promise.all([predict(models, 'a'), predict(models, 'b'), predict(models, 'c')])).toEqual([
      'a',
      'b',
      'c',
    ])
    expect(await processes()).toHaveLength(1)
  })

  it('that dies of one request fails that one as retryable, and no other that it had open', async () => {
    const models = await predictor(
      `if (request.params.images[0].name === 'poison') process.kill(process.pid, 'SIGKILL'); else setTimeout(() => { ${ECHO} }, 200)`,
    )
    const open = [predict(models, 'a'), predict(models, 'poison')]
    expect(await Promise.allSettled(open)).toMatchObject([
      { status: 'fulfilled', value: 'a' },
      { status: 'rejected', reason: failure('unavailable', 'SIGKILL') },
    ])
    expect(await predict(models, 'b')).toBe('b')
    expect(await processes()).toHaveLength(3)
  })

  it('that talks nonsense is killed', async () => {
    const models = await predictor(`fs.writeSync(3, '{"id": 1, "resu\\n')`)
    await expect(predict(models)).rejects.toMatchObject(failure('unavailable', 'died'))
  })

  it('with a result of another form fails the request alone', async () => {
    const models = await predictor(`fs.writeSync(3, JSON.stringify({ id: request.id, result: [{ top: 1 }] }) + '\\n')`)
    await expect(predict(models)).rejects.toMatchObject(failure('internal', 'no valid result of predict'))
  })

  it('passes on an error with its code, pointers and whether to try again', async () => {
    const error = { code: 'image_undecodable', message: 'broken', errors: [{ pointer: '/images/0', detail: 'd' }] }
    const models = await predictor(
      `fs.writeSync(3, JSON.stringify({ id: request.id, error: ${JSON.stringify({ ...error, retryable: false })} }) + '\\n')`,
    )
    await expect(predict(models)).rejects.toMatchObject(error)
  })

  it('refuses further requests while as many as it takes are under way', async () => {
    const models = await predictor(`setTimeout(() => { ${ECHO} }, 100)`, { mostWaiting: 2 })
    const open = [predict(models, 'a'), predict(models, 'b')]
    await expect(predict(models, 'c')).rejects.toMatchObject(failure('unavailable', '2 requests wait'))
    expect(await Promise.all(open)).toEqual(['a', 'b'])
    expect(await predict(models, 'd')).toBe('d')
  })

  it('that is silent for longer than a request may take is killed', async () => {
    const models = await predictor('for (;;);', { timeoutsMs: { predict: 2000 } })
    await expect(predict(models)).rejects.toMatchObject(failure('unavailable', 'in time'))
    // It may be killed before it has noted itself.
    const started = await processes()
    await expect.poll(() => started.some(lives)).toBe(false)
  })

  it('that answers others keeps running when one request takes too long', async () => {
    const models = await predictor(`if (request.params.images[0].name !== 'slow') { ${ECHO} }`, {
      timeoutsMs: { predict: 5000 },
    })
    const slow = predict(models, 'slow')
    slow.catch(() => undefined)
    await setTimeout(100)
    expect(await predict(models, 'quick')).toBe('quick')
    await expect(slow).rejects.toMatchObject(failure('unavailable', 'in time'))
    expect(await predict(models, 'later')).toBe('later')
    expect(await processes()).toHaveLength(1)
  })

  it('ends when it is idle, and starts again when it is needed', async () => {
    const models = await predictor(ECHO, { idleMs: 50 })
    expect(await predict(models, 'a')).toBe('a')
    const [first = NaN] = await processes()
    await expect.poll(() => lives(first)).toBe(false)
    expect(await predict(models, 'b')).toBe('b')
    expect(await processes()).toHaveLength(2)
  })

  it('ends with the service, and fails what was open', async () => {
    const models = await predictor('')
    const open = predict(models)
    open.catch(() => undefined)
    await expect.poll(async () => (await processes()).length).toBe(1)
    await models.stop()
    await expect(open).rejects.toMatchObject(failure('unavailable', 'stops'))
    expect((await processes()).some(lives)).toBe(false)
  })
})
