/** Hands out handles; a captured step owns the ones it allotted, so that nothing made later can take them. */
export class HandlePool {
  private readonly free: number[] = []
  private next = 0
  private tape: { id: number; free: number[]; all: number[] } | undefined

  allot(): number {
    const tape = this.tape
    if (tape === undefined) return this.free.pop() ?? this.next++
    const reused = tape.free.pop()
    if (reused !== undefined) return reused
    tape.all.push(this.next)
    return this.next++
  }

  /** Gives a handle back; `capture` is where it was allotted. */
  release(handle: number, capture: number): void {
    if (capture === 0) this.free.push(handle)
    else if (this.tape?.id === capture) this.tape.free.push(handle)
  }

  outside<T>(run: () => T): T {
    const tape = this.tape
    this.tape = undefined
    try {
      return run()
    } finally {
      this.tape = tape
    }
  }

  begin(id: number): void {
    this.tape = { id, free: [], all: [] }
  }

  end(): number[] {
    const all = this.tape?.all ?? []
    this.tape = undefined
    return all
  }

  giveBack(handles: readonly number[]): void {
    this.free.push(...handles)
  }
}
