import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import sharp from 'sharp'
import { rngFor } from '../../src/zoo/rng.ts'
import { once } from '../recipe/folders.ts'
import { SHAPES } from './shapes.ts'

/** Training images of the largest class and of the smallest; those between follow an exponential profile. */
const [MAX_IMAGES, MIN_IMAGES] = [600, 6]
const TEST_IMAGES_PER_CLASS = 40
/** One in so many training images of a class is a copy of the one before it. */
const COPY_EVERY = 12
const SIDES = [40, 48, 64, 64, 72, 80, 96, 128]
const INK = '#000'

/** One file of the folder. `ink`: black on a transparent ground; `grey`: grey with alpha; `opaque`: on paper. */
export interface Drawing {
  /** SPLIT/CLASS/NUMBER.png */
  path: string
  kind: 'ink' | 'colour' | 'grey' | 'opaque'
  width: number
  height: number
  svg: string
}

/** Drawings of shapes in black ink or colour, most on a transparent ground, in classes of uneven sizes; always the same ones. */
export function drawings({ scale = 1 }: { scale?: number } = {}): Drawing[] {
  const names = Object.keys(SHAPES)
  return names.flatMap((name, label) => {
    const profile = MAX_IMAGES * (MIN_IMAGES / MAX_IMAGES) ** (label / (names.length - 1))
    const count = Math.max(MIN_IMAGES, Math.round(profile * scale))
    const train: Drawing[] = []
    for (let i = 0; i < count; i++) {
      const path = `train/${name}/${i}.png`
      const copied = i % COPY_EVERY === COPY_EVERY - 1 ? train[i - 1] : undefined
      train.push(copied === undefined ? drawing(path, name, [0, label, i]) : { ...copied, path })
    }
    const test = Array.from(
      { length: Math.max(4, Math.round(TEST_IMAGES_PER_CLASS * Math.min(1, scale * 2))) },
      (_, i) => drawing(`test/${name}/${i}.png`, name, [1, label, i]),
    )
    return [...train, ...test]
  })
}

function drawing(path: string, shape: string, stream: readonly [number, number, number]): Drawing {
  const rng = rngFor(16, ...stream)
  const between = (low: number, high: number): number => low + (high - low) * rng.uniform()
  const draw = rng.uniform()
  const kind = draw < 0.6 ? 'ink' : draw < 0.8 ? 'colour' : draw < 0.9 ? 'grey' : 'opaque'
  const width = SIDES[rng.integer(SIDES.length)]!
  const height = Math.round(width * [1, 1, 0.8, 1.25][rng.integer(4)]!)
  const colour =
    rng.uniform() < 0.5 && kind === 'opaque' ? INK : `hsl(${rng.integer(360)},80%,${20 + rng.integer(40)}%)`
  const paint = kind === 'ink' || kind === 'grey' ? INK : colour
  const radius = Math.min(width, height) * between(0.16, 0.4)
  const [x, y] = [between(radius, width - radius), between(radius, height - radius)]
  const pose = `translate(${x.toFixed(2)} ${y.toFixed(2)}) rotate(${between(-40, 40).toFixed(1)}) skewX(${between(-15, 15).toFixed(1)}) scale(${(radius * between(0.8, 1.2)).toFixed(2)} ${radius.toFixed(2)})`
  const look =
    rng.uniform() < 0.5
      ? `fill="${paint}"`
      : `fill="none" stroke="${paint}" stroke-width="${between(0.1, 0.25).toFixed(2)}"`
  const strokes = Array.from({ length: rng.integer(4) }, () => {
    const [fromX, fromY] = [between(0, width), between(0, height)]
    const [byX, byY] = [between(-0.3, 0.3) * width, between(-0.3, 0.3) * height]
    return `<path d="M${fromX.toFixed(1)} ${fromY.toFixed(1)}l${byX.toFixed(1)} ${byY.toFixed(1)}" stroke="${paint}" stroke-width="${between(1, 3).toFixed(1)}"/>`
  })
  const paper = kind === 'opaque' ? `<rect width="100%" height="100%" fill="#f4f1ea"/>` : ''
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${paper}${strokes.join('')}<g transform="${pose}" ${look}>${SHAPES[shape]!}</g></svg>`
  return { path, kind, width, height, svg }
}

/** A drawing as PNG: RGB with alpha, grey with alpha, or opaque RGB. */
export function drawingPng({ kind, svg }: Drawing): Promise<Buffer> {
  const image = sharp(Buffer.from(svg))
  if (kind === 'grey') return image.toColourspace('b-w').png().toBuffer()
  return (kind === 'opaque' ? image.removeAlpha() : image).png().toBuffer()
}

/** Makes the folder of drawings once. */
export function drawingsFolder(folder: string, options: { scale?: number } = {}): Promise<string> {
  return once(folder, async (partial) => {
    for (const one of drawings(options)) {
      const to = join(partial, one.path)
      mkdirSync(dirname(to), { recursive: true })
      writeFileSync(to, await drawingPng(one))
    }
  })
}
