import type { components } from '../../../../clients/typescript/src/schema.ts'
import { counted } from '../../format.ts'
import type { Split } from '../splits.ts'

export type VersionBody = components['schemas']['VersionRequest']

/** An image of the version that is looked at, as a change names it. */
export interface ChangedImage {
  item: number
  file: string
  class: string
  split: Split
}

/** What is to become of an image: it leaves, or gets another class, another split or both. */
export interface Change {
  image: ChangedImage
  remove?: true
  to?: string
  split?: Split
}

export type Changes = ReadonlyMap<number, Change>
export type Edit = { remove: true } | { to: string } | { split: Split }

/** Changes with one more edit of some images; what leads back to how an image is, is none. */
export function edited(changes: Changes, images: readonly ChangedImage[], edit: Edit): Changes {
  const next = new Map(changes)
  for (const image of images) {
    const change = 'remove' in edit ? { image, remove: true as const } : labelled(next.get(image.item), image, edit)
    if (change === undefined) next.delete(image.item)
    else next.set(image.item, change)
  }
  return next
}

function labelled(
  old: Change | undefined,
  image: ChangedImage,
  edit: { to: string } | { split: Split },
): Change | undefined {
  const to = 'to' in edit ? edit.to : old?.to
  const split = 'split' in edit ? edit.split : old?.split
  const change: Change = { image }
  if (to !== undefined && to !== image.class) change.to = to
  if (split !== undefined && split !== image.split) change.split = split
  return change.to === undefined && change.split === undefined ? undefined : change
}

export function without(changes: Changes, items: Iterable<number>): Changes {
  const next = new Map(changes)
  for (const item of items) next.delete(item)
  return next
}

/** The request that makes a version of them. */
export function requestOf(changes: Changes, base: number): VersionBody {
  const all = [...changes.values()]
  const remove = all.filter((change) => change.remove).map(({ image }) => ({ item: image.item }))
  const relabel = all.flatMap(({ image, to }) => (to === undefined ? [] : [{ item: image.item, to }]))
  const move = all.flatMap(({ image, split }) => (split === undefined ? [] : [{ item: image.item, to: split }]))
  return {
    base,
    ...(remove.length === 0 ? {} : { remove }),
    ...(relabel.length === 0 ? {} : { relabel }),
    ...(move.length === 0 ? {} : { move }),
  }
}

/** `2 images removed, 1 relabelled`. */
export function summaryOf(changes: Changes): string {
  const all = [...changes.values()]
  const counts = [
    [all.filter(({ remove }) => remove).length, 'removed'],
    [all.filter(({ to }) => to !== undefined).length, 'relabelled'],
    [all.filter(({ split }) => split !== undefined).length, 'moved to another split'],
  ] as const
  return counts
    .filter(([n]) => n > 0)
    .map(([n, what], i) => (i === 0 ? `${counted(n, 'image')} ${what}` : `${n} ${what}`))
    .join(', ')
}
