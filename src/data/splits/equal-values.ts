/**
 * Numbers the groups of equal values: the number of a value is the index of its first occurrence.
 * @returns per value the index of the first equal one; -1 where `skip` says so.
 */
export function firstOccurrences(values: BigUint64Array, skip: (index: number) => boolean): Int32Array {
  const words = new Uint32Array(values.buffer, values.byteOffset, values.length * 2)
  const slots = new Int32Array(2 ** Math.ceil(Math.log2(Math.max(2, values.length * 2)))).fill(-1)
  const mask = slots.length - 1
  const first = new Int32Array(values.length).fill(-1)
  for (let i = 0; i < values.length; i++) {
    if (skip(i)) continue
    const [low = 0, high = 0] = [words[2 * i], words[2 * i + 1]]
    let slot = (low ^ Math.imul(high, 0x9e3779b1)) & mask
    for (let other = slots[slot] ?? -1; other >= 0; other = slots[slot] ?? -1) {
      if (words[2 * other] === low && words[2 * other + 1] === high) break
      slot = (slot + 1) & mask
    }
    if ((slots[slot] ?? -1) < 0) slots[slot] = i
    first[i] = slots[slot] ?? i
  }
  return first
}
