import { extname } from 'node:path/posix'

const IMAGE_EXTENSIONS = new Set(
  [
    ...['png', 'apng', 'jpg', 'jpeg', 'jpe', 'jfif', 'pjpeg', 'webp', 'gif', 'tif', 'tiff', 'avif', 'bmp', 'dib'],
    ...['pnm', 'ppm', 'pgm', 'pbm', 'pam', 'pfm', 'heic', 'heif', 'hif', 'jxl', 'jp2', 'j2k', 'jpf', 'jpx', 'svg'],
    ...['ico', 'psd', 'exr', 'hdr', 'tga', 'pcx', 'dds', 'dcm', 'dng', 'cr2', 'cr3', 'nef', 'arw', 'raf', 'rw2', 'orf'],
  ].map((extension) => `.${extension}`),
)
const TABLE_EXTENSIONS = new Set(['.csv', '.tsv', '.json', '.jsonl', '.ndjson'])
const ARCHIVE_NAMES = /\.(?:zip|7z|rar|tar|tgz|tbz2?|txz|tzst|tar\.(?:gz|bz2|xz|zst|lz4?|z))$/i

/** First bytes of images that are told apart from other files with no help of the name. */
const IMAGE_STARTS: readonly string[] = [
  ...['\x89PNG\r\n\x1a\n', '\xff\xd8\xff', 'GIF87a', 'GIF89a', 'II*\0', 'II+\0', 'MM\0*', 'MM\0+', '8BPS\0\x01'],
  ...['\xff\x0a', '\0\0\0\x0cJXL \r\n', '\0\0\0\x0cjP  \r\n'],
]
const IMAGE_PATTERNS: readonly RegExp[] = [
  /^RIFF[^]{4}WEBP/,
  /^[^]{4}ftyp(?:avi[fs]|hei[cxms]|hev[cx]|mif1|msf1)/,
  /^BM[^]{4}\0{4}[^]{2}\0\0[^]\0{3}/,
  /^P[1-6][ \t\r\n](?:#[^\n]*\n|[ \t\r\n])*\d+[ \t\r\n]/,
]
const START_BYTES = 64

/** What the name alone says; `undefined` where the first bytes decide. */
export function kindByName(path: string): 'image' | 'table' | undefined {
  const written = extname(path)
  if (IMAGE_EXTENSIONS.has(written)) return 'image'
  const extension = written.toLowerCase()
  if (IMAGE_EXTENSIONS.has(extension)) return 'image'
  return TABLE_EXTENSIONS.has(extension) ? 'table' : undefined
}

export function kindByContent(head: Buffer): 'image' | 'ignored' {
  const start = head.toString('latin1', 0, START_BYTES)
  const isImage =
    IMAGE_STARTS.some((known) => start.startsWith(known)) || IMAGE_PATTERNS.some((pattern) => pattern.test(start))
  return isImage ? 'image' : 'ignored'
}

export const isArchiveName = (path: string): boolean => ARCHIVE_NAMES.test(path)
