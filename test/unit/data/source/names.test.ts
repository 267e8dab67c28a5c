import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import iconv from 'iconv-lite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { detectEncoding } from '../../../../src/data/source/encodings.ts'
import { png } from '../../../helpers/archives.ts'
import { rawTar, rawZip } from '../../../helpers/raw-archives.ts'
import { sourceReader } from '../../../helpers/read-source.ts'

let reader: Awaited<ReturnType<typeof sourceReader>>
beforeAll(async () => {
  reader = await sourceReader()
})
afterAll(() => reader.remove())

const SAMPLES: [encoding: string, label: string, names: string[]][] = [
  ['utf8', 'UTF-8', ['猫', 'café', 'собака']],
  ['cp437', 'code page 437', ['café', 'piñata', 'Möwe', 'Äpfel']],
  ['cp437', 'code page 437', ['Straße']],
  ['cp850', 'code page 850', ['São', 'maçã', 'Ícaro']],
  ['cp866', 'code page 866', ['кошка', 'Собаки']],
  ['win1251', 'Windows-1251', ['кошка', 'Собаки']],
  ['win1252', 'Windows-1252', ['café', 'naïve']],
  ['shift_jis', 'Shift-JIS', ['犬', '猫']],
  ['shift_jis', 'Shift-JIS', ['ひまわり', 'バラ', '桜']],
  ['shift_jis', 'Shift-JIS', ['cat猫', 'dog犬']],
  ['gbk', 'GBK', ['狗', '猫']],
  ['gbk', 'GBK', ['苹果', '香蕉', '训练集']],
  ['big5', 'Big5', ['蘋果', '香蕉', '貓']],
  ['cp949', 'EUC-KR', ['고양이', '개', '강아지']],
]

describe('the encoding of names', () => {
  it.each(SAMPLES)('%s is found from names of classes: %s %j', (encoding, label, names) => {
    const found = detectEncoding(
      names.map((name) => iconv.encode(name, encoding)),
      'zip',
    )
    expect(found.label).toBe(label)
    expect(names.map((name) => found.decode(iconv.encode(name, encoding)))).toEqual(names)
  })

  it.each(SAMPLES)(
    '%s is that of a zip, a tar and a folder, with a warning unless it is UTF-8: %s %j',
    async (encoding, label, names) => {
      const raw = names.map((name) => iconv.encode(`${name}/1.png`, encoding))
      const folder = join(reader.path, `${encoding}-${names.join('')}`)
      mkdirSync(folder)
      for (const name of raw) {
        const path = Buffer.concat([Buffer.from(`${folder}/`), name])
        mkdirSync(path.subarray(0, path.lastIndexOf(0x2f)))
        writeFileSync(path, png(1))
      }
      const sources = [
        { source: rawZip(raw.map((name) => ({ name, data: png(1) }))), origin: 'zip' },
        { source: rawTar(raw.map((name) => ({ name, data: png(1) }))), origin: 'unix' },
        { source: folder, origin: 'unix' },
      ] as const
      for (const { source, origin } of sources) {
        const parts = names.map((name) => iconv.encode(name, encoding))
        const detected = detectEncoding(parts, origin)
        const { lines, source: opened } = await reader.read(source)
        const images = lines.filter((line) => line.startsWith('image'))
        expect(images.sort()).toEqual(parts.map((part) => `image ${detected.decode(part)}/1.png`).sort())
        if (origin === 'zip') expect(detected.label).toBe(label)
        if (detected.label === 'UTF-8') expect(opened.log.warnings()).toEqual([])
        else expect(opened.log.warnings()).toEqual([expect.stringContaining(`read as ${detected.label}`) as string])
      }
    },
  )

  it('is declared by a flag or an extra field in a zip', async () => {
    const name = Buffer.from('caf_/1.png')
    const unicode = Buffer.from('café/1.png')
    const field = Buffer.alloc(9)
    field.writeUInt16LE(0x7075, 0)
    field.writeUInt16LE(5 + unicode.byteLength, 2)
    field.writeUInt8(1, 4)
    field.writeUInt32LE(crc32(name), 5)
    const read = await reader.read(
      rawZip([
        { name, data: png(1), extra: Buffer.concat([field, unicode]) },
        { name: '猫/1.png', data: png(1), flags: 0x800 },
      ]),
    )
    expect(read.lines).toEqual(['image café/1.png', 'image 猫/1.png'])
    expect(read.source.log.warnings()).toEqual([])
  })
})
