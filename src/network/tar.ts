import { pack } from 'tar-stream'

/** The parts of a tar that is made while it is sent, piece by piece: for each file a header, its content and padding, and the end. */

const BLOCK = 512
/** A size with more digits takes a header of another kind. */
const MAX_PLAIN_SIZE = 0o77777777777
const PLAIN_NAME = /^[\x20-\x7e]{1,100}$/

export const TAR_END = Buffer.alloc(2 * BLOCK)

/** The header of a file. The same name and size make the same bytes: times and owners are left out. */
export async function tarHeader(name: string, size: number): Promise<Buffer> {
  const one = pack()
  one.once('error', () => undefined)
  one.entry({ name, size, mode: 0o644, mtime: new Date(0) }, () => undefined)
  await new Promise<void>((resolve) => one.once('readable', () => resolve()))
  const parts: Buffer[] = []
  for (let part = one.read() as Buffer | null; part !== null; part = one.read() as Buffer | null) parts.push(part)
  one.destroy()
  return Buffer.concat(parts)
}

/** Bytes of the header, without making it where that can be told. */
export async function tarHeaderBytes(name: string, size: number): Promise<number> {
  return PLAIN_NAME.test(name) && size <= MAX_PLAIN_SIZE ? BLOCK : (await tarHeader(name, size)).byteLength
}

/** Bytes that follow the content of a file. */
export const tarPaddingBytes = (size: number): number => (BLOCK - (size % BLOCK)) % BLOCK
