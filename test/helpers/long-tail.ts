import { encode } from 'fast-png'
import { rngFor } from '../../src/zoo/rng.ts'
import type { Files } from './archives.ts'

export interface LongTail {
  /** Training images of each class. */
  train: readonly number[]
  /** Of each class, in validation and in test. */
  heldOut: number
  side?: number
  /** Deviation of the noise over the amplitude of the stripes. */
  noise?: number
}

/** Class folders `stripes0`, `stripes1`, … of noisy stripes, each class at an angle of its own, with as many training images as asked for. */
export function longTail({ train, heldOut, side = 12, noise = 1 }: LongTail): Files {
  const files: Files = {}
  train.forEach((count, label) => {
    for (const [split, images] of [
      ['train', count],
      ['val', heldOut],
      ['test', heldOut],
    ] as const)
      for (let i = 0; i < images; i++)
        files[`${split}/stripes${label}/${i}.png`] = stripes({
          side,
          noise,
          angle: (Math.PI * label) / train.length,
          path: [label, split.length, i],
        })
  })
  return files
}

export function stripes({
  side,
  noise,
  angle,
  path,
}: {
  side: number
  noise: number
  angle: number
  /** Names the random stream. */
  path: number[]
}): Buffer {
  const rng = rngFor(11, ...path)
  const phase = rng.uniform() * 2 * Math.PI
  const data = Uint8Array.from({ length: side * side }, (_, k) => {
    const [x, y] = [k % side, Math.floor(k / side)]
    const wave = Math.sin((2 * Math.PI * (x * Math.cos(angle) + y * Math.sin(angle))) / 6 + phase)
    return Math.max(0, Math.min(255, Math.round(128 + 40 * (wave + noise * rng.normal()))))
  })
  return Buffer.from(encode({ width: side, height: side, channels: 1, depth: 8, data }))
}
