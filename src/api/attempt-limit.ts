const MAX_SOURCES = 100_000

/** Counts per source in fixed windows of time. */
export class AttemptLimit {
  private readonly limit: number
  private readonly windowMs: number
  private counts = new Map<string, number>()
  private endsAt = 0

  constructor(limit: number, windowMs: number) {
    this.limit = limit
    this.windowMs = windowMs
  }

  exceeded(source: string): boolean {
    this.turn()
    return (this.counts.get(source) ?? 0) >= this.limit
  }

  /** @returns how many there were in this window, with this one. */
  add(source: string): number {
    this.turn()
    const count = (this.counts.get(source) ?? 0) + 1
    if (this.counts.size < MAX_SOURCES || this.counts.has(source)) this.counts.set(source, count)
    return count
  }

  private turn(): void {
    const now = performance.now()
    if (now < this.endsAt) return
    this.counts = new Map()
    this.endsAt = now + this.windowMs
  }
}
