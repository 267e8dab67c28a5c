import { describe, expect, it } from 'vitest'
import {
  edited,
  requestOf,
  summaryOf,
  without,
  type ChangedImage,
  type Changes,
} from '../../../src/web/datasets/images/pending-changes.ts'

const image = (item: number): ChangedImage => ({ item, file: `cat/${item}.png`, class: 'cat', split: 'train' })
const NONE: Changes = new Map()

describe('changes of images', () => {
  it('are gathered into one request, which names images by their numbers', () => {
    let changes = edited(NONE, [image(1), image(2)], { to: 'dog' })
    changes = edited(changes, [image(2)], { split: 'test' })
    changes = edited(changes, [image(3)], { remove: true })
    expect(requestOf(changes, 4)).toEqual({
      base: 4,
      remove: [{ item: 3 }],
      relabel: [
        { item: 1, to: 'dog' },
        { item: 2, to: 'dog' },
      ],
      move: [{ item: 2, to: 'test' }],
    })
    expect(summaryOf(changes)).toBe('1 image removed, 2 relabelled, 1 moved to another split')
  })

  it('are none where they lead back to how an image is', () => {
    const changes = edited(edited(NONE, [image(1)], { to: 'dog' }), [image(1)], { to: 'cat' })
    expect(changes.size).toBe(0)
  })

  it('of an image that is to be removed are forgotten, and a label brings it back', () => {
    const removed = edited(edited(NONE, [image(1)], { to: 'dog' }), [image(1)], { remove: true })
    expect(requestOf(removed, 1)).toEqual({ base: 1, remove: [{ item: 1 }] })
    expect(requestOf(edited(removed, [image(1)], { to: 'bird' }), 1)).toEqual({
      base: 1,
      relabel: [{ item: 1, to: 'bird' }],
    })
    expect(without(removed, [1]).size).toBe(0)
  })
})
