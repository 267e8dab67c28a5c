import { createTarPacker } from 'modern-tar'
import type { NamedPart } from './platform.ts'
import { bytesPart, joined, type Part } from './source.ts'

const BLOCK = 512
const paddingOf = (bytes: number): number => (BLOCK - (bytes % BLOCK)) % BLOCK

/** Files as a tar that is made while it is read: only what is asked for of it. */
export async function tarOf(files: readonly NamedPart[]): Promise<Part> {
  const parts: Part[] = []
  for (const { path, part } of files) {
    const { sizeBytes } = part
    parts.push(bytesPart(await headerOf(path, sizeBytes)), part, bytesPart(new Uint8Array(paddingOf(sizeBytes))))
  }
  return joined([...parts, bytesPart(new Uint8Array(2 * BLOCK))])
}

/** The same name and size make the same bytes: times and owners are left out. */
async function headerOf(name: string, size: number): Promise<Uint8Array<ArrayBuffer>> {
  const { readable, controller } = createTarPacker()
  controller.add({ name, size, type: 'file', mode: 0o644, mtime: new Date(0) })
  const reader = readable.getReader()
  let header = new Uint8Array(0)
  while (header.byteLength < headerBytes(header)) {
    const { value = new Uint8Array(0), done } = await reader.read()
    if (done) break
    const longer = new Uint8Array(header.byteLength + value.byteLength)
    longer.set(header)
    longer.set(value, header.byteLength)
    header = longer
  }
  // What follows the header is read from the file.
  void reader.cancel().catch(() => undefined)
  return header.slice(0, headerBytes(header))
}

/** A name that is long, or not ASCII, stands in an entry of its own before the header. */
function headerBytes(start: Uint8Array): number {
  if (start[156] !== 'x'.charCodeAt(0)) return BLOCK
  const size = parseInt(new TextDecoder().decode(start.subarray(124, 136)), 8)
  return 2 * BLOCK + size + paddingOf(size)
}
