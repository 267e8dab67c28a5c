import { AppError } from '../errors.ts'
import type { Method } from './protocol.ts'

export interface OpenRequest {
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
 * Requests that have no reply yet. Those that a dying process leaves open are sent once more, one after another, so that the one it died of
 * takes no other with it; that one fails.
 */
export class OpenRequests {
  private readonly open = new Map<number, OpenRequest>()
  private toResend: number[] = []
  private resending: number | undefined
  private readonly resend: (line: string) => void

  constructor(resend: (line: string) => void) {
    this.resend = resend
  }

  get size(): number {
    return this.open.size
  }

  ofTeam(team: string): number {
    return [...this.open.values()].filter((request) => request.team === team).length
  }

  add(id: number, request: OpenRequest): void {
    this.open.set(id, request)
  }

  /** A request that has its reply, or will have none. */
  settle(id: number): OpenRequest | undefined {
    const request = this.open.get(id)
    if (request === undefined) return undefined
    clearTimeout(request.timer)
    this.open.delete(id)
    if (id === this.resending) {
      this.resending = undefined
      this.resendNext()
    }
    return request
  }

  /** After the death of the process. */
  recover(why: string): void {
    this.resending = undefined
    const left = [...this.open].filter(([id]) => !this.toResend.includes(id))
    this.toResend.push(...left.filter(([, { resent }]) => !resent).map(([id]) => id))
    for (const [id, { resent }] of left) if (resent) this.fail(id, why)
    this.resendNext()
  }

  failAll(why: string): void {
    this.toResend = []
    for (const id of [...this.open.keys()]) this.fail(id, why)
  }

  private fail(id: number, why: string): void {
    const error = new AppError('unavailable', `${why} The same call can succeed now.`, { retryable: true })
    this.settle(id)?.reject(error)
  }

  private resendNext(): void {
    if (this.resending !== undefined) return
    for (let id = this.toResend.shift(); id !== undefined; id = this.toResend.shift()) {
      const request = this.open.get(id)
      if (request === undefined) continue
      request.resent = true
      this.resending = id
      this.resend(request.line)
      return
    }
  }
}
