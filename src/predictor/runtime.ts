import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import type { Logger } from 'pino'
import { childEnvironment, engineEnvironment } from '../engine/environment.ts'
import { AppError, ERROR_CODES, type ErrorCode } from '../errors.ts'
import type { ModelRuntime } from '../service/ports/models.ts'
import { isReply, isResult, type Method, type Params, type PredictorSettings, type Result } from './protocol.ts'

export interface RuntimeOptions extends PredictorSettings {
  /** The parent's environment, of which a child gets what is allowed, and the engine's variables. */
  environment: Readonly<Record<string, string | undefined>>
  log: Pick<Logger, 'info' | 'warn'>
  /** Requests of a team under way at most, and four times as many in all; further ones are refused. */
  mostWaiting?: number
  /** The process ends when it has had nothing to do for so long. */
  idleMs?: number
  /** How long a request of each method may take, waiting included. */
  timeoutsMs?: Partial<Record<Method, number>>
  /** The compiled entry of the predictor process. */
  script?: string
}

const MOST_WAITING = 64
const TEAMS_WAITING = 4
const IDLE_MS = 300_000
const TIMEOUTS_MS: Readonly<Record<Method, number>> = {
  predict: 60_000,
  gradCam: 60_000,
  export: 300_000,
  precisionCost: 900_000,
}
const LONGEST_END_MS = 5000
const LAST_OUTPUT_CHARACTERS = 2000

interface Waiting {
  method: Method
  team: string
  /** The request as it is sent. */
  line: string
  /** Sent once more after the process died with it open. */
  resent: boolean
  resolve(result: unknown): void
  reject(error: AppError): void
  timer: NodeJS.Timeout
}

/**
 * Models in a predictor process: one, started with the first request, restarted after its death, ended when idle. Requests that a dying
 * process leaves open are sent once more, one after another, so that the one it died of takes no other with it; that one, or one that takes
 * too long, fails as `unavailable`. A process that said nothing for the whole of that time is killed.
 */
export function createModelRuntime(options: RuntimeOptions): ModelRuntime {
  const { environment, log, mostWaiting = MOST_WAITING, idleMs = IDLE_MS } = options
  const { engine, threads, modelBytes } = options
  const entry = options.script ?? createRequire(import.meta.url).resolve('#dist/bin/predictor.js')
  const waiting = new Map<number, Waiting>()
  let toResend: number[] = []
  let resending: number | undefined
  let child: ChildProcess | undefined
  let idle: NodeJS.Timeout | undefined
  let lastId = 0
  let heardAtMs = 0

  function settle(id: number): Waiting | undefined {
    const request = waiting.get(id)
    if (request === undefined) return undefined
    clearTimeout(request.timer)
    waiting.delete(id)
    if (id === resending) {
      resending = undefined
      resendNext()
    }
    if (waiting.size === 0) idle = setTimeout(end, idleMs).unref()
    return request
  }

  function heard(process: ChildProcess, line: string): void {
    heardAtMs = performance.now()
    const message = parsed(line)
    if (!isReply(message)) {
      log.warn({ event: 'predictor_talks_nonsense', line: line.slice(0, 200) })
      process.kill('SIGKILL')
      return
    }
    const request = settle(message.id)
    if (request === undefined) return
    if ('error' in message) request.reject(asError(message.error))
    else if (isResult[request.method](message.result)) request.resolve(message.result)
    else request.reject(new AppError('internal', `The predictor gave no valid result of ${request.method}.`))
  }

  function start(): ChildProcess {
    const settings: PredictorSettings = { engine, threads, modelBytes }
    const started = spawn(process.execPath, [entry, JSON.stringify(settings)], {
      env: { ...childEnvironment(environment), ...engineEnvironment(threads) },
      stdio: ['pipe', 'ignore', 'pipe', 'pipe'],
    })
    let output = ''
    started.stderr?.on('data', (chunk: Buffer) => {
      output = (output + chunk.toString('utf8')).slice(-LAST_OUTPUT_CHARACTERS)
    })
    started.on('error', () => undefined)
    started.stdin?.on('error', () => undefined)
    createInterface({ input: started.stdio[3] as Readable }).on('line', (line) => {
      heard(started, line)
    })
    started.once('close', (code, signal) => {
      const expected = child !== started
      if (!expected) child = undefined
      if (expected && code === 0) return
      log.warn({ event: 'predictor_died', pid: started.pid, code, signal, output: output.trim() })
      if (!expected) recover(`The predictor process died (${signal ?? `exit code ${String(code)}`}).`)
    })
    log.info({ event: 'predictor_started', pid: started.pid })
    return started
  }

  const fail = (id: number, why: string): void =>
    settle(id)?.reject(new AppError('unavailable', `${why} The same call can succeed now.`, { retryable: true }))

  function abandon(why: string): void {
    toResend = []
    for (const id of [...waiting.keys()]) fail(id, why)
    clearTimeout(idle)
  }

  function recover(why: string): void {
    resending = undefined
    const open = [...waiting].filter(([id]) => !toResend.includes(id))
    toResend.push(...open.filter(([, { resent }]) => !resent).map(([id]) => id))
    for (const [id, { resent }] of open) if (resent) fail(id, why)
    resendNext()
  }

  function resendNext(): void {
    if (resending !== undefined) return
    for (let id = toResend.shift(); id !== undefined; id = toResend.shift()) {
      const request = waiting.get(id)
      if (request === undefined) continue
      request.resent = true
      resending = id
      child ??= start()
      child.stdin?.write(request.line)
      return
    }
  }

  /** Ends the process; it leaves by itself once its input ends. */
  function end(): ChildProcess | undefined {
    const ending = child
    child = undefined
    clearTimeout(idle)
    ending?.stdin?.end()
    if (ending !== undefined) setTimeout(() => ending.kill('SIGKILL'), LONGEST_END_MS).unref()
    return ending
  }

  function expire(id: number, sentAtMs: number): void {
    const request = settle(id)
    if (request === undefined) return
    request.reject(new AppError('unavailable', `The predictor did not ${request.method} in time.`, { retryable: true }))
    if (heardAtMs < sentAtMs) child?.kill('SIGKILL')
  }

  async function ask<M extends Method>(method: M, params: Params<M>): Promise<Result<M>> {
    const team = params.model.team ?? ''
    const ofTeam = [...waiting.values()].filter((request) => request.team === team).length
    if (ofTeam >= mostWaiting || waiting.size >= mostWaiting * TEAMS_WAITING)
      throw new AppError('unavailable', `${ofTeam} requests wait for the predictor already.`, { retryable: true })
    clearTimeout(idle)
    child ??= start()
    const id = ++lastId
    const line = `${JSON.stringify({ id, method, params })}\n`
    const sentAtMs = performance.now()
    const result = new Promise<unknown>((resolve, reject) => {
      const timer = setTimeout(expire, options.timeoutsMs?.[method] ?? TIMEOUTS_MS[method], id, sentAtMs)
      waiting.set(id, { method, team, line, resent: false, resolve, reject, timer })
    })
    child.stdin?.write(line)
    return (await result) as Result<M>
  }

  return {
    predict: (model, images, wanted) => ask('predict', { model, images: [...images], ...wanted }),
    async gradCam(model, image, label) {
      const { png, ...cam } = await ask('gradCam', { model, image, ...(label === undefined ? {} : { label }) })
      return { ...cam, png: Buffer.from(png, 'base64') }
    },
    exportModel: (model, wanted) => ask('export', { model, ...wanted }),
    precisionCost: async (model, wanted) => (await ask('precisionCost', { model, ...wanted })) ?? undefined,
    async stop() {
      const ending = end()
      abandon('The service stops.')
      if (ending?.exitCode === null && ending.signalCode === null) await once(ending, 'exit')
    },
  }
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

function asError({
  code,
  message,
  ...rest
}: {
  code: string
  message: string
  errors: { pointer: string; detail: string }[]
  retryable: boolean
}): AppError {
  const known = ERROR_CODES.find((candidate): candidate is ErrorCode => candidate === code)
  return new AppError(known ?? 'internal', message, rest)
}
