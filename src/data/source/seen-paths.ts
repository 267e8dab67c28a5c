const INITIAL_SLOTS = 1 << 12

/** Which paths have come: a hash table of 64-bit hashes, 11 to 22 bytes per path. */
export class SeenPaths {
  private low = new Uint32Array(INITIAL_SLOTS)
  private high = new Uint32Array(INITIAL_SLOTS)
  private count = 0

  /** @returns whether the path is new. */
  add(path: string): boolean {
    if (this.count * 4 > this.low.length * 3) this.grow()
    const [low, high] = hashText(path)
    if (!this.insert(low, high)) return false
    this.count++
    return true
  }

  private insert(low: number, high: number): boolean {
    const mask = this.low.length - 1
    for (let slot = low & mask; ; slot = (slot + 1) & mask) {
      if (this.low[slot] === 0 && this.high[slot] === 0) {
        this.low[slot] = low
        this.high[slot] = high
        return true
      }
      if (this.low[slot] === low && this.high[slot] === high) return false
    }
  }

  private grow(): void {
    const { low, high } = this
    this.low = new Uint32Array(low.length * 2)
    this.high = new Uint32Array(low.length * 2)
    for (let i = 0; i < low.length; i++) if (low[i] !== 0 || high[i] !== 0) this.insert(low[i] ?? 0, high[i] ?? 0)
  }
}

/** Two hashes of 32 bits (cyrb53 by bryc, public domain, before its halves are joined); never both zero. */
export function hashText(text: string): [low: number, high: number] {
  let a = 0xdeadbeef
  let b = 0x41c6ce57
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    a = Math.imul(a ^ unit, 2654435761)
    b = Math.imul(b ^ unit, 1597334677)
  }
  const low = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909)
  const high = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909)
  return [low >>> 0 || 1, high >>> 0]
}
