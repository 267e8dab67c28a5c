import type { Rng } from '../../zoo/define.ts'
import { shuffle } from '../../zoo/rng.ts'

/** A fold's training images: those that a net is trained on, and those that are held out. Places in ascending order. */
export interface Fold {
  train: Int32Array
  val: Int32Array
}

/**
 * Parts the training images into folds, each class as evenly as it goes: shuffled and put in the order of their classes, they are dealt out one a fold. Every
 * image is held out once; a class with less images than there are folds is held out in some of them only.
 */
export function stratifiedFolds(labels: Int32Array, folds: number, rng: Rng): Fold[] {
  const foldOf = new Int32Array(labels.length)
  const places = Int32Array.from(labels.keys())
  const dealt = shuffle(places.slice(), rng).sort((a, b) => (labels[a] ?? 0) - (labels[b] ?? 0))
  dealt.forEach((place, i) => (foldOf[place] = i % folds))
  return Array.from({ length: folds }, (_, fold) => ({
    train: places.filter((place) => foldOf[place] !== fold),
    val: places.filter((place) => foldOf[place] === fold),
  }))
}
