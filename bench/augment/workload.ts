/** Augmentations, as a spec writes them, and torchvision's transform of the same kind. */
export interface AugmentWorkload {
  row: string
  augment: readonly (string | { name: string; [option: string]: unknown })[]
  /** Python, with torchvision.transforms as T and Pillow's ImageFilter; makes a PIL image from a PIL image, unless `tensors`. None where torchvision and Pillow have none. */
  peer?: string
  /** Whether the peer takes tensors, uint8 [C, H, W]. */
  tensors?: boolean
  size: number
  /** File of all images, uint8 [count, size, size, 3]. */
  images: string
  count: number
}

export const POLICIES = [
  { row: 'auto-augment imagenet', augment: ['auto-augment'], peer: 'T.AutoAugment()' },
  { row: 'rand-augment', augment: ['rand-augment'], peer: 'T.RandAugment()' },
  { row: 'trivial-augment', augment: ['trivial-augment'], peer: 'T.TrivialAugmentWide()' },
  { row: 'aug-mix', augment: ['aug-mix'], peer: 'T.AugMix(all_ops=False)' },
  {
    row: 'random-erasing',
    augment: [{ name: 'random-erasing', fill: 0 }],
    peer: 'T.RandomErasing()',
    tensors: true,
  },
  {
    row: 'random-resized-crop, flip',
    augment: ['random-resized-crop', 'horizontal-flip'],
    peer: 'T.Compose([T.RandomResizedCrop(size), T.RandomHorizontalFlip()])',
  },
] as const satisfies readonly Omit<AugmentWorkload, 'size' | 'images' | 'count'>[]

/** Smooth shapes of a few scales with some noise, each image with colours and a contrast of its own: histograms like those of photos. */
export function photoLike(size: number, image: number): Uint8Array {
  const data = new Uint8Array(size * size * 3)
  let noise = image * 2_654_435_761 + 1
  const wave = (value: number, k: number): number => Math.sin(value * (2 ** k * 3.1) + image * (k + 1) * 1.7)
  for (let y = 0, at = 0; y < size; y++)
    for (let x = 0; x < size; x++) {
      const [u, v] = [x / size, y / size]
      let light = 0
      for (let k = 0; k < 5; k++) light += (wave(u + 0.3 * v, k) * wave(v - 0.2 * u, k)) / 1.6 ** k
      for (let c = 0; c < 3; c++) {
        noise = (Math.imul(noise, 1_664_525) + 1_013_904_223) >>> 0
        const colour = 40 * wave(u + v * (c + 1), 0) + 20 * Math.cos(image + c)
        data[at++] = Math.max(0, Math.min(255, 118 + (30 + (image % 5) * 9) * light + colour + (noise >>> 28)))
      }
    }
  return data
}
