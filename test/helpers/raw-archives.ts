import { execFileSync } from 'node:child_process'
import { crc32, deflateRawSync } from 'node:zlib'

export interface RawZipEntry {
  name: Buffer | string
  data?: Buffer
  /** Compression method; 8 deflates, any other stores. */
  method?: number
  flags?: number
  /** Unix mode, such as that of a symbolic link. */
  mode?: number
  extra?: Buffer
  /** In place of the true one. */
  statedSize?: number
  statedCrc?: number
}

/** A zip archive with whatever its headers should say. */
export function rawZip(entries: readonly RawZipEntry[], { comment = '', offset = 0 } = {}): Buffer {
  const files: Buffer[] = []
  const directory: Buffer[] = []
  let at = offset
  for (const { name, data = Buffer.alloc(0), method = 8, flags = 0, mode, extra, statedSize, statedCrc } of entries) {
    const raw = Buffer.from(name)
    const packed = method === 8 ? deflateRawSync(data) : data
    const fields = Buffer.alloc(26)
    fields.writeUInt16LE(20, 0)
    fields.writeUInt16LE(flags, 2)
    fields.writeUInt16LE(method, 4)
    fields.writeUInt32LE(statedCrc ?? crc32(data), 10)
    fields.writeUInt32LE(packed.byteLength, 14)
    fields.writeUInt32LE(statedSize ?? data.byteLength, 18)
    fields.writeUInt16LE(raw.byteLength, 22)
    fields.writeUInt16LE(extra?.byteLength ?? 0, 24)
    const more = extra ?? Buffer.alloc(0)
    const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), fields, raw, more, packed])
    const tail = Buffer.alloc(14)
    tail.writeUInt32LE(mode === undefined ? 0 : mode * 65536, 6)
    tail.writeUInt32LE(at, 10)
    const madeBy = Buffer.from([20, mode === undefined ? 0 : 3])
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02', 'latin1'), madeBy, fields, tail, raw, more]))
    files.push(local)
    at += local.byteLength
  }
  const central = Buffer.concat(directory)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(entries.length & 0xffff, 8)
  end.writeUInt16LE(entries.length & 0xffff, 10)
  end.writeUInt32LE(central.byteLength, 12)
  end.writeUInt32LE(at, 16)
  end.writeUInt16LE(comment.length, 20)
  return Buffer.concat([...files, central, end, Buffer.from(comment)])
}

export interface RawTarEntry {
  name: Buffer | string
  data?: Buffer
  type?: string
  linkName?: string
  /** Bytes at offset 386, where GNU's sparse files have their map. */
  sparse?: Buffer
  /** Blocks between header and data. */
  extensions?: Buffer
  magic?: string
}

/** A tar archive of headers as given, with its end mark. */
export function rawTar(entries: readonly RawTarEntry[], { end = true } = {}): Buffer {
  return Buffer.concat([...entries.flatMap(tarEntry), Buffer.alloc(end ? 1024 : 0)])
}

function tarEntry(entry: RawTarEntry): Buffer[] {
  const { name, data = Buffer.alloc(0), type = '0', linkName = '', sparse, extensions, magic = 'ustar\0' } = entry
  const header = Buffer.alloc(512)
  Buffer.from(name).copy(header, 0)
  header.write('0000644\0', 100)
  header.write(`${data.byteLength.toString(8).padStart(11, '0')}\0`, 124)
  header.write('        ', 148)
  header.write(type, 156)
  header.write(linkName, 157)
  header.write(magic, 257)
  sparse?.copy(header, 386)
  const sum = header.reduce((total, byte) => total + byte, 0)
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return [header, extensions ?? Buffer.alloc(0), data, Buffer.alloc((512 - (data.byteLength % 512)) % 512)]
}

/** Pax records as the content of an extended header. */
export function paxData(records: readonly [key: string, value: string][]): Buffer {
  return Buffer.concat(
    records.map(([key, value]) => {
      const body = Buffer.from(` ${key}=${value}\n`)
      let length = body.byteLength
      while (String(length).length + body.byteLength !== length) length = String(length).length + body.byteLength
      return Buffer.concat([Buffer.from(String(length)), body])
    }),
  )
}

/** What a compressor on this machine makes of bytes. */
export const compressed = (command: 'xz' | 'bzip2' | 'zstd', bytes: Buffer, ...options: string[]): Buffer =>
  execFileSync(command, ['-c', ...options], { input: bytes, maxBuffer: 2 ** 30, stdio: ['pipe', 'pipe', 'ignore'] })
