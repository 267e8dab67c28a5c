import { expect, it } from 'vitest'
import { microBatch } from '../../../src/train/step/micro-batch.ts'

const batch = {
  count: 4,
  views: 3 as const,
  // Two bytes an image: its number and its view.
  pixels: Uint8Array.from([0, 1, 2].flatMap((view) => [0, 1, 2, 3].flatMap((image) => [image, view]))),
  features: Float32Array.from({ length: 12 }, (_, i) => i),
  labels: Int32Array.of(5, 6, 7, 8),
  indices: Int32Array.of(0, 1, 2, 3),
}

it('the parts of a batch have its images, features and labels in order', () => {
  const oneView = { ...batch, views: 1 as const, pixels: batch.pixels.slice(0, 8) }
  const parts = [0, 1].map((part) => microBatch(oneView, { part, microBatches: 2 }))
  expect(parts.map(({ pixels }) => [...pixels])).toEqual([
    [0, 0, 1, 0],
    [2, 0, 3, 0],
  ])
  expect(parts.map(({ features }) => [...features!])).toEqual([
    [0, 1, 2, 3, 4, 5],
    [6, 7, 8, 9, 10, 11],
  ])
  expect(parts.map(({ labels }) => [...labels])).toEqual([
    [5, 6],
    [7, 8],
  ])
})

it('a part has every view of its images, one after the other as a batch has them', () => {
  const { pixels } = microBatch(batch, { part: 1, microBatches: 2 })
  expect([...pixels]).toEqual([2, 0, 3, 0, 2, 1, 3, 1, 2, 2, 3, 2])
})
