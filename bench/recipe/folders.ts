import { createHash } from 'node:crypto'
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { encode } from 'fast-png'
import sharp from 'sharp'

const FASHION = '/usr/share/datasets/fashion-mnist'
const SIDE = 28

/** Makes a folder once: written aside and renamed. */
export async function once(folder: string, write: (partial: string) => Promise<void> | void): Promise<string> {
  if (existsSync(folder)) return folder
  const partial = `${folder}.partial`
  rmSync(partial, { recursive: true, force: true })
  await write(partial)
  renameSync(partial, folder)
  return folder
}

/** Fashion-MNIST as PNG files: train/CLASS/N.png and test/CLASS/N.png. */
export function fashionFolder(folder: string): Promise<string> {
  return once(folder, (partial) => {
    for (const [split, prefix] of [
      ['train', 'train'],
      ['test', 't10k'],
    ] as const) {
      const read = (kind: string): Uint8Array => gunzipSync(readFileSync(join(FASHION, `${prefix}-${kind}.gz`)))
      const pixels = read('images-idx3-ubyte').subarray(16)
      const labels = read('labels-idx1-ubyte').subarray(8)
      for (let label = 0; label < 10; label++) mkdirSync(join(partial, split, `class-${label}`), { recursive: true })
      labels.forEach((label, i) => {
        const data = pixels.subarray(i * SIDE * SIDE, (i + 1) * SIDE * SIDE)
        const file = encode({ width: SIDE, height: SIDE, channels: 1, depth: 8, data })
        writeFileSync(join(partial, split, `class-${label}`, `${i}.png`), file)
      })
    }
  })
}

/**
 * Twitter's emoji, their categories as classes, a fifth for testing, the same picture always in the same split: PNG files of 64 pixels. They
 * are laid on black, since readers disagree about the ground of transparent pixels and both sides are to train on the same pictures, or with
 * `transparent` copied as they are.
 */
export function emojiFolder(folder: string, { transparent = false } = {}): Promise<string> {
  const root = dirname(createRequire(import.meta.url).resolve('emoji-datasource-twitter/emoji.json'))
  const emoji = JSON.parse(readFileSync(join(root, 'emoji.json'), 'utf8')) as { image: string; category: string }[]
  return once(folder, async (partial) => {
    for (const { image, category } of emoji) {
      const source = join(root, 'img/twitter/64', image)
      if (!existsSync(source)) continue
      const split = (createHash('sha256').update(readFileSync(source)).digest()[0] ?? 0) % 5 === 0 ? 'test' : 'train'
      const to = join(partial, split, category.toLowerCase().replaceAll(/[^a-z]+/g, '-'))
      mkdirSync(to, { recursive: true })
      if (transparent) copyFileSync(source, join(to, image))
      else await sharp(source).flatten({ background: '#000' }).png().toFile(join(to, image))
    }
  })
}
