import type { Spool } from '../ingest/spool.ts'

const LOCAL_HEADER = 0x04034b50
const DIRECTORY_ENTRY = 0x02014b50
const END = 0x06054b50
const END_64 = 0x06064b50
const LOCATOR_64 = 0x07064b50
const VERSION = 20
const VERSION_64 = 45
/** By Unix, as the file attributes are. */
const MADE_BY = (3 << 8) | VERSION_64
const PLAIN_FILE = 0o100644
const UTF8_NAMES = 1 << 11
/** 1 January 2020 in MS-DOS's form, of every entry, so that the same images give the same bytes. */
const DATE = ((2020 - 1980) << 9) | (1 << 5) | 1
const SIZES_64 = 1
const MAX_16 = 0xffff
const MAX_32 = 0xffffffff
const READ_BYTES = 1 << 16

/** A file of a zip, stored without compression. */
export interface ZipEntry {
  /** Path with `/` between its parts, of at most 65,535 bytes. */
  name: string
  /** Below 4 GiB. */
  bytes: number
  crc32: number
}

/**
 * The headers of a zip that is made while it is sent, zip64 where it needs to be. Source: PKWARE's APPNOTE 6.3.10. The directory at the end is
 * kept on disk until then: libraries hold every entry in memory, which for 1.28 million images is hundreds of megabytes.
 */
export class ZipWriter {
  private readonly directory: Spool
  private offset: number
  private entries = 0

  /** @param start the byte of the first entry in the file */
  constructor(directory: Spool, start = 0) {
    this.directory = directory
    this.offset = start
  }

  /** The header of a file, whose content has to follow it. */
  header({ name, bytes, crc32 }: ZipEntry): Buffer {
    const path = Buffer.from(name)
    const header = Buffer.alloc(30)
    header.writeUInt32LE(LOCAL_HEADER, 0)
    writeCommon(header, 4, { pathBytes: path.byteLength, bytes, crc32, version: VERSION })
    this.directory.append(directoryEntry(path, { bytes, crc32, offset: this.offset }))
    this.offset += header.byteLength + path.byteLength + bytes
    this.entries++
    return Buffer.concat([header, path])
  }

  /** The directory, after the last file. */
  *end(): Generator<Buffer> {
    const { directory, offset, entries } = this
    const bytes = directory.bytes
    // Copied, since the spool uses its memory again.
    for (let at = 0; at < bytes; at += READ_BYTES)
      yield Buffer.from(directory.read(at, Math.min(READ_BYTES, bytes - at)))
    if (entries >= MAX_16 || offset >= MAX_32 || bytes >= MAX_32) yield end64(entries, bytes, offset)
    const end = Buffer.alloc(22)
    end.writeUInt32LE(END, 0)
    end.writeUInt16LE(Math.min(entries, MAX_16), 8)
    end.writeUInt16LE(Math.min(entries, MAX_16), 10)
    end.writeUInt32LE(Math.min(bytes, MAX_32), 12)
    end.writeUInt32LE(Math.min(offset, MAX_32), 16)
    yield end
  }
}

/** The fields that a file's header and its entry in the directory share, from the version that reads it on. */
function writeCommon(
  into: Buffer,
  at: number,
  { pathBytes, bytes, crc32, version }: Omit<ZipEntry, 'name'> & { pathBytes: number; version: number },
): void {
  into.writeUInt16LE(version, at)
  into.writeUInt16LE(UTF8_NAMES, at + 2)
  into.writeUInt16LE(DATE, at + 8)
  into.writeUInt32LE(crc32, at + 10)
  into.writeUInt32LE(bytes, at + 14)
  into.writeUInt32LE(bytes, at + 18)
  into.writeUInt16LE(pathBytes, at + 22)
}

function directoryEntry(path: Buffer, { offset, ...entry }: Omit<ZipEntry, 'name'> & { offset: number }): Buffer {
  const isFar = offset >= MAX_32
  const header = Buffer.alloc(46)
  header.writeUInt32LE(DIRECTORY_ENTRY, 0)
  header.writeUInt16LE(MADE_BY, 4)
  writeCommon(header, 6, { ...entry, pathBytes: path.byteLength, version: isFar ? VERSION_64 : VERSION })
  header.writeUInt16LE(isFar ? 12 : 0, 30)
  header.writeUInt32LE(PLAIN_FILE * 2 ** 16, 38)
  header.writeUInt32LE(Math.min(offset, MAX_32), 42)
  if (!isFar) return Buffer.concat([header, path])
  const extra = Buffer.alloc(12)
  extra.writeUInt16LE(SIZES_64, 0)
  extra.writeUInt16LE(8, 2)
  extra.writeBigUInt64LE(BigInt(offset), 4)
  return Buffer.concat([header, path, extra])
}

/** The end of the directory with numbers of 64 bits, and where that is. */
function end64(entries: number, bytes: number, offset: number): Buffer {
  const end = Buffer.alloc(76)
  end.writeUInt32LE(END_64, 0)
  end.writeBigUInt64LE(44n, 4)
  end.writeUInt16LE(MADE_BY, 12)
  end.writeUInt16LE(VERSION_64, 14)
  end.writeBigUInt64LE(BigInt(entries), 24)
  end.writeBigUInt64LE(BigInt(entries), 32)
  end.writeBigUInt64LE(BigInt(bytes), 40)
  end.writeBigUInt64LE(BigInt(offset), 48)
  end.writeUInt32LE(LOCATOR_64, 56)
  end.writeBigUInt64LE(BigInt(offset + bytes), 64)
  end.writeUInt32LE(1, 72)
  return end
}
