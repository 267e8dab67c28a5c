import { AppError } from '../errors.ts'
import type { Caller } from '../service/ports/caller.ts'

/** Live streams that one API process holds open at most. */
export interface StreamLimits {
  perKey: number
  perTeam: number
  total: number
}

export const STREAM_LIMITS: StreamLimits = { perKey: 1000, perTeam: 1000, total: 5000 }

/** Counts the open streams of this process, by key and by team. */
export class OpenStreams {
  private readonly limits: StreamLimits
  private readonly counts = new Map<string, number>()

  constructor(limits: StreamLimits) {
    this.limits = limits
  }

  /**
   * @returns what is called when the stream has ended
   * @throws AppError `rate_limited`
   */
  open({ keyId, teamId }: Caller): () => void {
    const { perKey, perTeam, total } = this.limits
    const bounds = [
      { name: keyId, limit: perKey, of: 'an API key' },
      { name: teamId, limit: perTeam, of: 'a team' },
      { name: '', limit: total, of: 'this process' },
    ]
    for (const { name, limit, of } of bounds)
      if (this.count(name) >= limit)
        throw new AppError(
          'rate_limited',
          `The ${limit} live streams that ${of} can have are open; close some, or read the JSON pages.`,
          { retryable: true },
        )
    for (const { name } of bounds) this.counts.set(name, this.count(name) + 1)
    return () => {
      for (const { name } of bounds) {
        const count = this.count(name) - 1
        if (count > 0) this.counts.set(name, count)
        else this.counts.delete(name)
      }
    }
  }

  private count(name: string): number {
    return this.counts.get(name) ?? 0
  }
}
