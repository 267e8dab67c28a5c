/** Bytes of which any range can be read, again and again. */
export interface Part {
  sizeBytes: number
  /** Changes with the content, as far as that can be told without reading it. */
  changed: string
  read(start: number, end: number): Promise<Uint8Array<ArrayBuffer>>
}

export const blobPart = (blob: Blob): Part => ({
  sizeBytes: blob.size,
  changed: 'lastModified' in blob ? String(blob.lastModified) : '',
  read: async (start, end) => new Uint8Array(await blob.slice(start, end).arrayBuffer()),
})

export const bytesPart = (bytes: Uint8Array<ArrayBuffer>): Part => ({
  sizeBytes: bytes.byteLength,
  changed: '',
  read: async (start, end) => bytes.subarray(start, end),
})

/** Parts one after the other, as one. */
export function joined(parts: readonly Part[]): Part {
  const starts: number[] = []
  let sizeBytes = 0
  for (const part of parts) {
    starts.push(sizeBytes)
    sizeBytes += part.sizeBytes
  }
  return {
    sizeBytes,
    changed: parts.map(({ changed }) => changed).join(),
    async read(start, end) {
      const bytes = new Uint8Array(Math.max(0, Math.min(end, sizeBytes) - start))
      for (let i = indexOf(starts, start); i < parts.length; i++) {
        const [part, from] = [parts[i], starts[i] ?? 0]
        if (part === undefined || from >= end) break
        const [first, last] = [Math.max(0, start - from), Math.min(part.sizeBytes, end - from)]
        if (first < last) bytes.set(await part.read(first, last), from + first - start)
      }
      return bytes
    },
  }
}

/** The last part that starts at the byte or before it. */
function indexOf(starts: readonly number[], byte: number): number {
  let [low, high] = [0, starts.length - 1]
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if ((starts[middle] ?? 0) <= byte) low = middle
    else high = middle - 1
  }
  return low
}
