import { wordsOf } from './columns.ts'

/**
 * Numbers the groups of equal values: the number of a value is the index of its first occurrence.
 * @returns per value the index of the first equal one; -1 where `skip` says so.
 */
export function firstOccurrences(values: BigUint64Array, skip: (index: number) => boolean): Int32Array {
  const table = new ValueTable(values)
  const first = new Int32Array(values.length).fill(-1)
  for (let i = 0; i < values.length; i++) if (!skip(i)) first[i] = table.add(i)
  return first
}

/** Finds the index of a value. @returns -1 for one that is not among `values` */
export function valueFinder(values: BigUint64Array): (value: bigint) => number {
  const table = new ValueTable(values)
  for (let i = 0; i < values.length; i++) table.add(i)
  return (value) => table.find(Number(value & 0xffffffffn), Number(value >> 32n))
}

/** A hash table of indices by their values, of 8 to 16 bytes for each. */
class ValueTable {
  private readonly words: Uint32Array
  private readonly slots: Int32Array

  constructor(values: BigUint64Array) {
    this.words = wordsOf(values)
    this.slots = new Int32Array(2 ** Math.ceil(Math.log2(Math.max(2, values.length * 2)))).fill(-1)
  }

  /** @returns the index of the value of `i` that was added first. */
  add(i: number): number {
    const slot = this.slotOf(this.words[2 * i] ?? 0, this.words[2 * i + 1] ?? 0)
    const known = this.slots[slot] ?? -1
    if (known >= 0) return known
    this.slots[slot] = i
    return i
  }

  find(low: number, high: number): number {
    return this.slots[this.slotOf(low, high)] ?? -1
  }

  /** The slot that has the value, or is free for it. */
  private slotOf(low: number, high: number): number {
    const { words, slots } = this
    const mask = slots.length - 1
    let slot = (low ^ Math.imul(high, 0x9e3779b1)) & mask
    for (let other = slots[slot] ?? -1; other >= 0; other = slots[slot] ?? -1) {
      if (words[2 * other] === low && words[2 * other + 1] === high) break
      slot = (slot + 1) & mask
    }
    return slot
  }
}
