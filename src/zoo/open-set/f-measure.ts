/**
 * Open-set F-measure: precision is the fraction of known images that get their class, recall relates those to the unknown images that get
 * any class. A known image that is rejected or mistaken counts against precision, an unknown one that is taken for a known class against recall.
 * Source: Liu et al. 2019, §4.1, https://arxiv.org/abs/1904.05160, as their code has it.
 * @param hits known images that get their class.
 */
export function openSetF(hits: number, known: number, acceptedUnknown: number): number {
  if (hits === 0) return 0
  const [precision, recall] = [hits / known, hits / (hits + acceptedUnknown)]
  return (2 * precision * recall) / (precision + recall)
}
