import { wilsonInterval } from '../../evaluation/intervals.ts'
import type { ClassScores, Report, Shots } from '../../evaluation/report.ts'
import type { Outcomes } from './outcomes.ts'

/** [true class][predicted class] → images. */
export function confusionMatrix({ labels, predicted, classes }: Outcomes): number[][] {
  const matrix = Array.from({ length: classes }, () => new Array<number>(classes).fill(0))
  labels.forEach((label, i) => {
    const row = matrix[label]
    const answer = predicted[i] ?? 0
    if (row !== undefined) row[answer] = (row[answer] ?? 0) + 1
  })
  return matrix
}

export interface ClassFacts {
  names: readonly string[]
  trainImages: readonly number[]
  /** Times that training took an image of each class. */
  seen?: readonly number[] | undefined
}

/** Precision, recall and F1 of every class, with its counts. */
export function classScores(
  confusion: readonly (readonly number[])[],
  { names, trainImages, seen }: ClassFacts,
): ClassScores[] {
  const predicted = names.map((_, label) => confusion.reduce((sum, row) => sum + (row[label] ?? 0), 0))
  return names.map((name, label) => {
    const images = confusion[label]?.reduce((sum, count) => sum + count, 0) ?? 0
    const taken = predicted[label] ?? 0
    const hits = confusion[label]?.[label] ?? 0
    return {
      name,
      images,
      trainImages: trainImages[label] ?? 0,
      predicted: taken,
      ...(seen === undefined ? {} : { seen: seen[label] ?? 0 }),
      precision: taken === 0 ? null : hits / taken,
      recall: images === 0 ? null : hits / images,
      recallInterval: images === 0 ? null : wilsonInterval(hits, images),
      f1: images === 0 ? null : (2 * hits) / (images + taken),
    }
  })
}

/** The group of a class by its training images. */
export function shotOf(trainImages: number): keyof Shots {
  if (trainImages > 100) return 'many'
  return trainImages < 20 ? 'few' : 'medium'
}

/** Accuracy of the classes of each group, each class counting the same. */
export function shotScores(
  classes: readonly ClassScores[],
  intervals: Record<keyof Shots, Report['shots']['few']['interval']>,
): Shots {
  const group = (shot: keyof Shots): Shots['few'] => {
    const members = classes.filter(({ images, trainImages }) => images > 0 && shotOf(trainImages) === shot)
    return {
      classes: members.length,
      images: members.reduce((sum, { images }) => sum + images, 0),
      accuracy:
        members.length === 0 ? null : members.reduce((sum, { recall }) => sum + (recall ?? 0), 0) / members.length,
      interval: members.length === 0 ? null : intervals[shot],
    }
  }
  return { many: group('many'), medium: group('medium'), few: group('few') }
}
