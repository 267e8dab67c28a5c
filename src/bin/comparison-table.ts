import type { Comparison } from '../evaluation/comparison-schema.ts'
import type { DifferingImage } from '../evaluation/comparison-schema.ts'

const points = (share: number): string => `${share >= 0 ? '+' : '−'}${Math.abs(100 * share).toFixed(2)}`
const percent = (share: number | null): string => (share === null ? '–' : `${(100 * share).toFixed(2)} %`)
const formatValue = (value: unknown): string => (value === undefined ? '(none)' : JSON.stringify(value))
const probability = (p: number): string => (p < 1e-4 ? 'below 0.0001' : p.toFixed(4))

/** A job has a name and an id, a folder its path alone. */
const nameOf = ({ name, id }: Comparison['a']): string => (name === id ? name : `${name} (${id})`)

/** A comparison for a terminal. */
export function comparisonTable({
  a,
  b,
  images,
  split,
  level,
  accuracy,
  nll,
  mcnemar,
  classes,
  spec,
  differing,
}: Comparison): string {
  const [low = 0, high = 0] = accuracy.interval
  const width = Math.max(5, ...classes.map(({ name }) => name.length))
  const verdict =
    mcnemar.midP >= 1 - level ? 'the difference may be chance' : `${accuracy.value > 0 ? 'b' : 'a'} is better`
  const rows = classes.map(({ name, images: count, recallA, recallB, onlyA, onlyB, midP }) =>
    [
      ...[name.padEnd(width), String(count).padStart(6), percent(recallA).padStart(9), percent(recallB).padStart(9)],
      (recallA === null || recallB === null ? '' : points(recallB - recallA)).padStart(7),
      ...[String(onlyA).padStart(6), String(onlyB).padStart(6), probability(midP).padStart(12)],
    ].join('  '),
  )
  return [
    `a  ${percent(a.accuracy)}  log loss ${a.nll.toFixed(4)}  ${nameOf(a)}`,
    `b  ${percent(b.accuracy)}  log loss ${b.nll.toFixed(4)}  ${nameOf(b)}`,
    '',
    `b − a: ${points(accuracy.value)} points (${100 * level} % interval ${points(low)} to ${points(high)}) on ${images} ${split} images; log loss ${nll.value.toFixed(4)} (${nll.interval.map((end) => end.toFixed(4)).join(' to ')})`,
    `McNemar: only a right on ${mcnemar.onlyA}, only b on ${mcnemar.onlyB}; p ${probability(mcnemar.exact)} exact, ${probability(mcnemar.midP)} mid-p: ${verdict}`,
    '',
    `${'class'.padEnd(width)}  images   recall a   recall b   b − a  only a  only b         mid-p`,
    ...rows,
    '',
    ...(spec.length === 0 ? ['the specs are the same'] : ['differences of the specs']),
    ...spec.map(({ pointer, a: first, b: second }) => `  ${pointer}  ${formatValue(first)} → ${formatValue(second)}`),
    ...differingRows(differing),
    '',
  ].join('\n')
}

/** Images that one run alone has right: name, truth, and what each took it for. */
function differingRows(images: readonly DifferingImage[]): string[] {
  if (images.length === 0) return []
  const answer = ({ predicted, confidence }: DifferingImage['a']): string => `${predicted} ${percent(confidence)}`
  const widest = (of: (image: DifferingImage) => string): number => Math.max(...images.map((image) => of(image).length))
  const name = ({ file }: DifferingImage): string => file ?? '(no name)'
  const widths = [widest(name), widest(({ label }) => label), widest(({ a }) => answer(a))] as const
  return [
    '',
    'images that one of them alone has right, those first on which they are furthest apart',
    ...images.map((image) =>
      [
        ...[`  only ${image.right}`, name(image).padEnd(widths[0]), `truly ${image.label.padEnd(widths[1])}`],
        ...[`a: ${answer(image.a).padEnd(widths[2])}`, `b: ${answer(image.b)}`],
      ].join('  '),
    ),
  ]
}
