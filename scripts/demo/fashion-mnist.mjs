// Fashion-MNIST as a team would have it: one zip archive of PNG files, train/<class>/NNNNN.png and test/<class>/NNNNN.png.
import { createWriteStream, existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { gunzipSync } from 'node:zlib'
import { encode } from 'fast-png'
import yazl from 'yazl'

const SOURCE = '/usr/share/datasets/fashion-mnist'
const CLASSES = ['t-shirt', 'trouser', 'pullover', 'dress', 'coat', 'sandal', 'shirt', 'sneaker', 'bag', 'ankle-boot']
const SIDE = 28

function read(name) {
  const path = join(SOURCE, `${name}.gz`)
  if (!existsSync(path)) throw new Error(`${path} is missing: apt-get install dataset-fashion-mnist`)
  return gunzipSync(readFileSync(path))
}

/** The images of a split (`train` or `test`) as they come in the package: class, place in the split and PNG. */
export function* fashionMnist(split) {
  const prefix = split === 'train' ? 'train' : 't10k'
  const pixels = read(`${prefix}-images-idx3-ubyte`).subarray(16)
  const labels = read(`${prefix}-labels-idx1-ubyte`).subarray(8)
  for (let i = 0; i < labels.length; i++)
    yield {
      label: CLASSES[labels[i]],
      index: i,
      png: () => {
        const data = pixels.subarray(i * SIDE * SIDE, (i + 1) * SIDE * SIDE)
        return Buffer.from(encode({ width: SIDE, height: SIDE, channels: 1, depth: 8, data }))
      },
    }
}

/** Writes the archive unless it is there already, with the first images of each split; `onProgress(done, total)` counts images. */
export async function writeFashionMnistZip(path, onProgress = () => {}, counts = { train: 60_000, test: 10_000 }) {
  if (existsSync(path)) return
  mkdirSync(dirname(path), { recursive: true })
  const zip = new yazl.ZipFile()
  const written = pipeline(zip.outputStream, createWriteStream(`${path}.partial`))
  const total = counts.train + counts.test
  let done = 0
  for (const split of ['train', 'test'])
    for (const { label, index, png } of fashionMnist(split)) {
      if (index === counts[split]) break
      const name = `${split}/${label}/${String(index).padStart(5, '0')}.png`
      zip.addBuffer(png(), name, { compress: false, mtime: new Date(0) })
      if (++done % 500 === 0) {
        onProgress(done, total)
        await new Promise(setImmediate)
      }
    }
  zip.end()
  await written
  renameSync(`${path}.partial`, path)
}
