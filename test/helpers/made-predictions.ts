import { encodePredictions } from '../../src/evaluation/predictions.ts'

interface Answers {
  images: number
  /** Of the images, the first are recognised. */
  right: number
  classes: string[]
  /** Equal of runs that were evaluated on the same images. */
  of?: string
  named?: boolean
}

/** What a model said of images whose classes take turns; a mistake is the next class. */
export function madePredictions({ images, right, classes, of = 'same', named = true }: Answers): Buffer {
  const labels = Int32Array.from({ length: images }, (_, i) => i % classes.length)
  return encodePredictions({
    dataset: 'd'.repeat(64),
    split: 'test',
    images: of,
    classes,
    temperature: 1,
    labels,
    predicted: labels.map((label, i) => (i < right ? label : (label + 1) % classes.length)),
    confidence: new Float64Array(images).fill(0.9),
    nll: Float64Array.from(labels, (_, i) => (i < right ? 0.1 : 2.3 + i / 100)),
    ...(named ? { items: Array.from(labels, (_, i) => ({ file: `img-${i}.png`, place: i % 3 })) } : {}),
  })
}
