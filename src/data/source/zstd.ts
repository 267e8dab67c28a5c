import { Decompress } from 'fzstd'
import { AppError } from '../../errors.ts'

const FRAME_MAGIC = 0xfd2fb528
const MAX_BLOCK_BYTES = 128 * 1024
/** What every decoder should support (RFC 8878, §3.1.1.1.2); `zstd -19` needs no more. */
const MAX_WINDOW_BYTES = 8 * 1024 * 1024
const MAX_HEADER_BYTES = 18
/** The decoder moves its window for every block: many tiny blocks would cost far more than they hold. */
const FREE_WINDOW_MOVES = 4e9
const WINDOW_MOVES_PER_BYTE = 200

/**
 * Decompresses Zstandard frames block by block, so that at most one block of 128 KiB is in memory beyond the window, however slow the
 * reader is. Skippable frames are left out; frames follow one another. Checksums are not verified.
 * Source: RFC 8878, §3.1.
 * @throws AppError `archive_invalid`, `archive_truncated`, `archive_too_large` for a window over 8 MiB
 */
export async function* zstdDecompress(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const frames = new Frames()
  for await (const chunk of source) yield* frames.push(chunk)
  if (!frames.atEnd) throw new AppError('archive_truncated', 'The Zstandard stream is cut short.')
}

type Step = 'frame' | 'skip' | 'block' | 'checksum'

/** Cuts the input into frame headers and blocks, and gives each to the decoder as a whole. */
class Frames {
  private held: Buffer = Buffer.alloc(0)
  private step: Step = 'frame'
  private skip = 0
  private checksum = false
  private decoder: Decompress | undefined
  private decoded: Uint8Array[] = []
  private windowBytes = 0
  private moved = 0
  private written = 0

  get atEnd(): boolean {
    return this.step === 'frame' && this.held.byteLength === 0
  }

  *push(chunk: Buffer): Generator<Buffer> {
    this.held = this.held.byteLength === 0 ? chunk : Buffer.concat([this.held, chunk])
    for (;;) {
      const before = this.held.byteLength
      const step = this.step
      yield* this.advance()
      if (this.held.byteLength === before && this.step === step) return
    }
  }

  private *advance(): Generator<Buffer> {
    if (this.step === 'frame') this.startFrame()
    else if (this.step === 'block') yield* this.block()
    else {
      const skipped = Math.min(this.skip, this.held.byteLength)
      this.held = this.held.subarray(skipped)
      this.skip -= skipped
      if (this.skip === 0) this.step = 'frame'
    }
  }

  private startFrame(): void {
    if (this.held.byteLength < 8) return
    const magic = this.held.readUInt32LE(0)
    if (magic >>> 4 === 0x184d2a5) {
      this.skip = this.held.readUInt32LE(4)
      this.held = this.held.subarray(8)
      this.step = 'skip'
      return
    }
    if (magic !== FRAME_MAGIC)
      throw new AppError('archive_invalid', 'The Zstandard stream has no frame where one begins.')
    const header = frameHeader(this.held)
    if (this.held.byteLength < header.bytes) return
    if (header.dictionary) throw new AppError('archive_invalid', 'The Zstandard stream needs a dictionary.')
    const windowBytes = header.windowBytes(this.held)
    if (windowBytes > MAX_WINDOW_BYTES)
      throw new AppError(
        'archive_too_large',
        `The Zstandard stream needs a window of ${windowBytes} bytes; at most ${MAX_WINDOW_BYTES} are allowed (\`zstd -19\` or lower, without \`--long\`).`,
      )
    this.decoder = new Decompress((block) => this.decoded.push(block))
    this.windowBytes = Math.max(1024, windowBytes)
    this.decode(decoderHeader(windowBytes))
    this.checksum = header.checksum
    this.held = this.held.subarray(header.bytes)
    this.step = 'block'
  }

  private *block(): Generator<Buffer> {
    if (this.held.byteLength < 3) return
    const header = this.held.readUIntLE(0, 3)
    const [last, type, size] = [(header & 1) === 1, (header >> 1) & 3, header >>> 3]
    if (type === 3) throw new AppError('archive_invalid', 'The Zstandard stream has a block of a reserved type.')
    if (size > MAX_BLOCK_BYTES)
      throw new AppError(
        'archive_invalid',
        `The Zstandard stream has a block of ${size} bytes; at most ${MAX_BLOCK_BYTES} are allowed.`,
      )
    const bytes = 3 + (type === 1 ? 1 : size)
    if (this.held.byteLength < bytes) return
    const block = Buffer.from(this.held.subarray(0, bytes))
    // The decoder never sees a last block: what it does between frames is done here.
    block.writeUInt8(block.readUInt8(0) & 0xfe, 0)
    this.held = this.held.subarray(bytes)
    if (size > 0 || type === 2) this.decode(block)
    for (const part of this.decoded.splice(0)) {
      if (part.byteLength === 0) continue
      this.written += part.byteLength
      yield Buffer.from(part)
    }
    if (!last) return
    this.decoder = undefined
    this.skip = this.checksum ? 4 : 0
    this.step = this.checksum ? 'checksum' : 'frame'
  }

  private decode(bytes: Buffer): void {
    this.moved += this.windowBytes
    if (this.moved > FREE_WINDOW_MOVES + WINDOW_MOVES_PER_BYTE * this.written)
      throw new AppError(
        'archive_invalid',
        'The Zstandard stream consists of blocks that are too small for its window.',
      )
    try {
      this.decoder?.push(bytes)
    } catch (cause) {
      throw new AppError('archive_invalid', 'The Zstandard stream is damaged.', { cause })
    }
  }
}

interface FrameHeader {
  bytes: number
  checksum: boolean
  dictionary: boolean
  windowBytes(bytes: Buffer): number
}

function frameHeader(bytes: Buffer): FrameHeader {
  const descriptor = bytes.readUInt8(4)
  if ((descriptor & 8) !== 0) throw new AppError('archive_invalid', 'The Zstandard stream has a reserved bit set.')
  const single = (descriptor & 32) !== 0
  const dictionaryBytes = [0, 1, 2, 4][descriptor & 3] ?? 0
  const sizeBytes = [single ? 1 : 0, 2, 4, 8][descriptor >> 6] ?? 0
  const at = 5 + (single ? 0 : 1) + dictionaryBytes
  return {
    bytes: at + sizeBytes,
    checksum: (descriptor & 4) !== 0,
    dictionary: dictionaryBytes > 0,
    windowBytes: (head) => (single ? contentBytes(head, at, sizeBytes) : windowOf(head.readUInt8(5))),
  }
}

function contentBytes(bytes: Buffer, at: number, width: number): number {
  if (width === 8) return Number(bytes.readBigUInt64LE(at))
  return bytes.readUIntLE(at, width) + (width === 2 ? 256 : 0)
}

function windowOf(descriptor: number): number {
  const base = 2 ** (10 + (descriptor >> 3))
  return base + (base / 8) * (descriptor & 7)
}

/**
 * A frame header of one form for every frame, without checksum, content size or dictionary: a window at least as large, by an exponent
 * and a mantissa. A last, empty block never comes, so the decoder waits for the next one.
 */
function decoderHeader(windowBytes: number): Buffer {
  const exponent = Math.max(10, Math.floor(Math.log2(Math.max(1024, windowBytes))))
  const mantissa = Math.min(7, Math.max(0, Math.ceil((windowBytes / 2 ** exponent - 1) * 8)))
  const covers = 2 ** exponent * (1 + mantissa / 8) >= windowBytes
  const descriptor = covers ? ((exponent - 10) << 3) | mantissa : (exponent + 1 - 10) << 3
  const header = Buffer.alloc(6)
  header.writeUInt32LE(FRAME_MAGIC, 0)
  header.writeUInt8(descriptor, 5)
  // The decoder looks at a header once it has 18 bytes; empty stored blocks fill them.
  return Buffer.concat([header, Buffer.alloc(MAX_HEADER_BYTES - header.byteLength)])
}
