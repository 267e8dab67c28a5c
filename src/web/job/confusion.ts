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
  if (center === undefined) return clusteredOrder(classesOfMistakes(confusion), confusion)
  const mistakes = mistakesWith(confusion, center)
  const chosen = all.sort((a, b) => (mistakes[b] ?? 0) - (mistakes[a] ?? 0) || a - b).slice(0, MAX_MATRIX_CLASSES)
  return clusteredOrder(chosen, confusion)
}

/** Those of the most frequent mistakes, both classes of each; then others, where there are no more mistakes. */
function classesOfMistakes(confusion: Matrix): number[] {
  const chosen = new Set<number>()
  const add = (...classes: number[]): void => {
    if (new Set([...chosen, ...classes]).size <= MAX_MATRIX_CLASSES) for (const label of classes) chosen.add(label)
  }
  for (const { label, predicted } of mostConfused(confusion, Infinity)) {
    if (chosen.size === MAX_MATRIX_CLASSES) break
    add(label, predicted)
  }
  for (let label = 0; chosen.size < MAX_MATRIX_CLASSES; label++) add(label)
  return [...chosen]
}

const mistakesWith = (confusion: Matrix, center: number): number[] =>
  confusion.map((row, label) => (label === center ? Infinity : (row[center] ?? 0) + (confusion[center]?.[label] ?? 0)))

const MAX_NAME_CHARACTERS = 24
const END_CHARACTERS = 9

/** A name of a class in few characters: its end is kept, since names of many classes often differ there alone. */
export function shortName(name: string): string {
  const characters = [...name]
  if (characters.length <= MAX_NAME_CHARACTERS) return name
  const start = characters.slice(0, MAX_NAME_CHARACTERS - END_CHARACTERS - 1).join('')
  return `${start}…${characters.slice(-END_CHARACTERS).join('')}`
}
