import { AppError } from '../../errors.ts'
import type { ItemSelector } from '../../job-spec/dataset-changes.ts'
import type { Split } from '../../job-spec/splits.ts'
import { printable } from '../text.ts'

/** What selectors look at. */
export interface SelectableItem {
  /** Place among the items. */
  item: number
  file: string
  class: string
  split: Split
}

type Selector = ItemSelector & { to?: string }

interface Entry<S> {
  selector: S
  /** Place in the request. */
  number: number
  isUsed: boolean
}

/** One list of a request, indexed by what its selectors name, so that many selectors cost no more than few. */
export class Selection<S extends Selector> {
  private readonly kind: string
  private readonly entries: readonly Entry<S>[]
  private readonly byItem = new Map<number, Entry<S>[]>()
  private readonly byText = new Map<string, Entry<S>[]>()

  /** @param kind name of the list in the request, for errors */
  constructor(kind: string, selectors: readonly S[] = []) {
    this.kind = kind
    this.entries = selectors.map((selector, number) => ({ selector, number, isUsed: false }))
    for (const entry of this.entries) {
      const { item } = entry.selector
      if (item === undefined) push(this.byText, textKey(entry.selector), entry)
      else push(this.byItem, item, entry)
    }
  }

  /**
   * The selector that matches an image; of several with the same target, the first.
   * @throws AppError `dataset_change_invalid` where two have different targets
   */
  of(image: SelectableItem): S | undefined {
    let found: Entry<S> | undefined
    for (const entry of this.candidates(image)) {
      if (!matches(entry.selector, image)) continue
      entry.isUsed = true
      found ??= entry
      if (found.selector.to !== entry.selector.to)
        throw invalid(
          `${this.at(found)} and ${this.at(entry)} contradict each other for ${printable(image.file)}: ${JSON.stringify(found.selector.to)} and ${JSON.stringify(entry.selector.to)}`,
        )
    }
    return found?.selector
  }

  /** @throws AppError `dataset_change_invalid` where a selector has matched no image */
  requireUsed(): void {
    const unused = this.entries.find(({ isUsed }) => !isUsed)
    if (unused === undefined) return
    const { item, file, class: name, split } = unused.selector
    throw invalid(
      `${this.at(unused)} matches no image of the version: ${printable(JSON.stringify({ item, file, class: name, split }))}`,
    )
  }

  private *candidates({ item, file, class: name, split }: SelectableItem): Generator<Entry<S>> {
    yield* this.byItem.get(item) ?? []
    for (const key of [textKey({ file }), textKey({ class: name }), textKey({ split })])
      yield* this.byText.get(key) ?? []
  }

  private at({ number }: Entry<S>): string {
    return `/${this.kind}/${number}`
  }
}

/** What a selector without a number is found by: the narrowest that it names. */
function textKey({ file, class: name, split }: Selector): string {
  if (file !== undefined) return `file ${file}`
  return name === undefined ? `split ${split ?? ''}` : `class ${name}`
}

const matches = (selector: Selector, image: SelectableItem): boolean =>
  (['item', 'file', 'class', 'split'] as const).every(
    (field) => selector[field] === undefined || selector[field] === image[field],
  )

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key)
  if (list === undefined) map.set(key, [value])
  else list.push(value)
}

const invalid = (detail: string): AppError =>
  new AppError('dataset_change_invalid', `The change cannot be made: ${detail}.`)
