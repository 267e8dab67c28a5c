import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import type { Logger } from 'pino'
import { AppError, ERROR_CODES, type ErrorCode } from '../errors.ts'
import type { OutputListener } from '../service/ports/models.ts'
import { OpenRequests } from './open-requests.ts'
import { isReply, isResult, type Method, type Params, type Result } from './protocol.ts'
import { startPredictor, type PredictorStart } from './start-predictor.ts'

export interface PredictorOptions extends PredictorStart {
  log: Pick<Logger, 'info' | 'warn'>
  /** Requests of a team in progress at most, and four times as many in all; further ones are refused. */
  mostWaiting?: number
  /** The process ends when it has had nothing to do for so long. */
  idleMs?: number
  /** How long a request of each method may take, waiting included. */
  timeoutsMs?: Partial<Record<Method, number>>
}

const MAX_WAITING = 64
const TEAMS_WAITING = 4
const IDLE_MS = 300_000
const TIMEOUTS_MS: Readonly<Record<Method, number>> = {
  predict: 60_000,
  gradCam: 60_000,
  export: 300_000,
  precisionCost: 900_000,
}
const MAX_END_MS = 5000

/**
 * Asks a predictor process: one, started with the first request, restarted after its death, ended when idle. A request that takes too long
 * fails as `unavailable`, and a process that said nothing for the whole of that time is killed.
 */
export class PredictorClient {
  private readonly options: PredictorOptions
  private readonly requests = new OpenRequests((line) => this.send(line))
  private child: ChildProcess | undefined
  private idle: NodeJS.Timeout | undefined
  private lastId = 0
  private heardAtMs = 0
  private readonly listeners = new Set<OutputListener>()

  constructor(options: PredictorOptions) {
    this.options = options
  }

  async call<M extends Method>(method: M, params: Params<M>): Promise<Result<M>> {
    const { mostWaiting = MAX_WAITING, timeoutsMs } = this.options
    const team = params.model.team ?? ''
    const ofTeam = this.requests.ofTeam(team)
    if (ofTeam >= mostWaiting || this.requests.size >= mostWaiting * TEAMS_WAITING)
      throw new AppError('unavailable', `${ofTeam} requests wait for the predictor already.`, { retryable: true })
    clearTimeout(this.idle)
    this.child ??= this.start()
    const id = ++this.lastId
    const line = `${JSON.stringify({ id, method, params })}\n`
    const sentAtMs = performance.now()
    const result = new Promise<unknown>((resolve, reject) => {
      const timer = setTimeout(() => this.expire(id, sentAtMs), timeoutsMs?.[method] ?? TIMEOUTS_MS[method])
      this.requests.add(id, { method, team, line, resent: false, resolve, reject, timer })
    })
    this.send(line)
    return (await result) as Result<M>
  }

  /** Gives what the process prints from now on, also one that is started later. @returns what ends that */
  listen(listener: OutputListener): () => void {
    this.listeners.add(listener)
    return () => void this.listeners.delete(listener)
  }

  async stop(): Promise<void> {
    const ending = this.end()
    this.requests.failAll('The service stops.')
    clearTimeout(this.idle)
    if (ending?.exitCode === null && ending.signalCode === null) await once(ending, 'exit')
  }

  private send(line: string): void {
    this.child ??= this.start()
    this.child.stdin?.write(line)
  }

  private start(): ChildProcess {
    const { log } = this.options
    const started = startPredictor(this.options, {
      line: (line, child) => this.hear(line, child),
      output: (stream, chunk) => {
        for (const listener of this.listeners) listener(stream, chunk)
      },
      closed: ({ code, signal, output }, child) => {
        const expected = this.child !== child
        if (!expected) this.child = undefined
        if (expected && code === 0) return
        log.warn({ event: 'predictor_exited', pid: child.pid, code, signal, output })
        if (expected) return
        this.requests.recover(`The predictor process died (${signal ?? `exit code ${String(code)}`}).`)
        this.endWhenIdle()
      },
    })
    log.info({ event: 'predictor_started', pid: started.pid })
    return started
  }

  private hear(line: string, child: ChildProcess): void {
    this.heardAtMs = performance.now()
    const message = parsed(line)
    if (!isReply(message)) {
      this.options.log.warn({ event: 'predictor_protocol_error', line: line.slice(0, 200) })
      child.kill('SIGKILL')
      return
    }
    const request = this.requests.settle(message.id)
    if (request === undefined) return
    this.endWhenIdle()
    if ('error' in message) request.reject(asError(message.error))
    else if (isResult[request.method](message.result)) request.resolve(message.result)
    else request.reject(new AppError('internal', `The predictor gave no valid result of ${request.method}.`))
  }

  private expire(id: number, sentAtMs: number): void {
    const request = this.requests.settle(id)
    if (request === undefined) return
    this.endWhenIdle()
    request.reject(new AppError('unavailable', `The predictor did not ${request.method} in time.`, { retryable: true }))
    if (this.heardAtMs < sentAtMs) this.child?.kill('SIGKILL')
  }

  private endWhenIdle(): void {
    if (this.requests.size > 0) return
    clearTimeout(this.idle)
    this.idle = setTimeout(() => this.end(), this.options.idleMs ?? IDLE_MS).unref()
  }

  /** Ends the process; it leaves by itself once its input ends. */
  private end(): ChildProcess | undefined {
    const ending = this.child
    this.child = undefined
    clearTimeout(this.idle)
    ending?.stdin?.end()
    if (ending !== undefined) setTimeout(() => ending.kill('SIGKILL'), MAX_END_MS).unref()
    return ending
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
