import Type from 'typebox'
import type { SamplingComponent } from '../define.ts'
import { shuffle } from '../rng.ts'

const none = Type.Object({})

function byClass(labels: Int32Array, classes: number): number[][] {
  const groups = Array.from({ length: classes }, (): number[] => [])
  labels.forEach((label, index) => groups[label]?.push(index))
  return groups
}

/** Every image once an epoch, in a new order. */
export const natural: SamplingComponent = {
  name: 'natural',
  summary: 'Every image once an epoch.',
  options: none,
  create:
    (_, { labels }) =>
    (__, rng) =>
      shuffle(Int32Array.from(labels.keys()), rng),
}

/**
 * Classes drawn with p ∝ n^q and an image of the class uniformly: q = 1 natural, 0.5 square-root, 0 class-balanced.
 * Source: Kang et al. 2020, §3.1, https://arxiv.org/abs/1910.09217.
 */
function powerSampler(name: string, summary: string, power: number): SamplingComponent {
  return {
    name,
    summary,
    options: none,
    create(_, { labels, classes }) {
      const groups = byClass(labels, classes)
      const total = groups.reduce((sum, group) => sum + (group.length > 0 ? group.length ** power : 0), 0)
      let sum = 0
      const cumulative = groups.map((group) => (sum += (group.length > 0 ? group.length ** power : 0) / total))
      return (__, rng) =>
        Int32Array.from(labels, () => {
          const u = rng.uniform() * (cumulative.at(-1) ?? 1)
          const group =
            groups[
              Math.max(
                0,
                cumulative.findIndex((edge) => u < edge),
              )
            ] ?? []
          return group[rng.integer(group.length)] ?? 0
        })
    },
  }
}

export const classBalanced = powerSampler('class-balanced', 'Every class equally often.', 0)
export const squareRoot = powerSampler('square-root', 'Classes by the square root of their size.', 0.5)

/** Every image of the largest class once, and the others repeated until their class is as large. */
export const oversample: SamplingComponent = {
  name: 'oversample',
  summary: 'Small classes repeated up to the largest.',
  options: none,
  create(_, { labels, classes }) {
    const groups = byClass(labels, classes).filter((group) => group.length > 0)
    const most = Math.max(...groups.map((group) => group.length))
    return (__, rng) =>
      shuffle(
        Int32Array.from(
          groups.flatMap((group) => {
            const order = shuffle(Int32Array.from(group), rng)
            return Array.from({ length: most }, (___, i) => order[i % order.length] ?? 0)
          }),
        ),
        rng,
      )
  },
}

/** As many images of every class as the smallest has, others each epoch. */
export const undersample: SamplingComponent = {
  name: 'undersample',
  summary: 'Large classes cut down to the smallest.',
  options: none,
  create(_, { labels, classes }) {
    const groups = byClass(labels, classes).filter((group) => group.length > 0)
    const least = Math.min(...groups.map((group) => group.length))
    return (__, rng) =>
      shuffle(
        Int32Array.from(groups.flatMap((group) => [...shuffle(Int32Array.from(group), rng).subarray(0, least)])),
        rng,
      )
  },
}
