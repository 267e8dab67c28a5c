/** Memory for pixels that is used again. */
export interface PixelPool {
  /** Memory of this many bytes; what is in it is left from before. */
  take(bytes: number): Uint8Array<ArrayBuffer>
  /** Takes back all that was taken. */
  reclaim(): void
}

/** Pixels whose capacities are powers of two, so that images of many sizes share it. */
export function pixelPool(): PixelPool {
  const free: Uint8Array<ArrayBuffer>[][] = Array.from({ length: 32 }, () => [])
  const taken: Uint8Array<ArrayBuffer>[] = []
  return {
    take(bytes) {
      const exponent = exponentOf(bytes)
      const kept = free[exponent]?.pop()
      const pixels =
        kept?.byteLength === bytes ? kept : new Uint8Array(kept?.buffer ?? new ArrayBuffer(2 ** exponent), 0, bytes)
      taken.push(pixels)
      return pixels
    },
    reclaim() {
      for (let pixels = taken.pop(); pixels !== undefined; pixels = taken.pop())
        free[exponentOf(pixels.byteLength)]?.push(pixels)
    },
  }
}

/** Of the power of two that holds so many bytes. */
const exponentOf = (bytes: number): number => 32 - Math.clz32(bytes - 1)
