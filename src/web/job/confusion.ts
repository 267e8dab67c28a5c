import { clusteredOrder } from '../../evaluation/clustered-order.ts'

export interface Cell {
  label: number
  predicted: number
}
export interface Pair extends Cell {
  images: number
  /** Of the images of the class. */
  share: number
}

type Matrix = readonly (readonly number[])[]

/** A larger matrix can neither be read nor drawn fast. */
export const MAX_MATRIX_CLASSES = 40
const MAX_PAIRS = 15

const sum = (row: readonly number[]): number => row.reduce((total, images) => total + images, 0)

/** The mistakes that are made most often. */
export function mostConfused(confusion: Matrix, most = MAX_PAIRS): Pair[] {
  const pairs = confusion.flatMap((row, label) => {
    const total = Math.max(1, sum(row))
    return row.flatMap((images, predicted) =>
      images === 0 || label === predicted ? [] : [{ label, predicted, images, share: images / total }],
    )
  })
  return pairs.sort((a, b) => b.images - a.images || b.share - a.share).slice(0, most)
}

/** Classes to draw: all, or of many those that are confused most, with a class or at all; in an order that has those together. */
export function neighbours(confusion: Matrix, center?: number): number[] {
  const all = confusion.map((_, label) => label)
  if (all.length <= MAX_MATRIX_CLASSES) return clusteredOrder(all, confusion)
  const mistakes = center === undefined ? mistakesOf(confusion) : mistakesWith(confusion, center)
  const chosen = all.sort((a, b) => (mistakes[b] ?? 0) - (mistakes[a] ?? 0) || a - b).slice(0, MAX_MATRIX_CLASSES)
  return clusteredOrder(chosen, confusion)
}

/** By class, in its row and in its column. */
function mistakesOf(confusion: Matrix): number[] {
  const mistakes = confusion.map(() => 0)
  const add = (label: number, images: number): void => {
    mistakes[label] = (mistakes[label] ?? 0) + images
  }
  confusion.forEach((row, label) =>
    row.forEach((images, predicted) => {
      if (label === predicted) return
      add(label, images)
      add(predicted, images)
    }),
  )
  return mistakes
}

const mistakesWith = (confusion: Matrix, center: number): number[] =>
  confusion.map((row, label) => (label === center ? Infinity : (row[center] ?? 0) + (confusion[center]?.[label] ?? 0)))
