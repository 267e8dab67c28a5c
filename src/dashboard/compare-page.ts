import type { Comparison } from '../evaluation/comparison-schema.ts'
import type { Job } from '../service/resources.ts'
import { get, sendJson } from './api.ts'
import { differing } from './differing.ts'
import { card, h, percent, setTitle, shown } from './dom.ts'
import { table, type Column } from './table.ts'
import { itemAddress } from './item-address.ts'

/** Images that one job alone has right: how many of either are asked for. */
const LISTED = 48

const points = (share: number): string => `${share < 0 ? '−' : '+'}${Math.abs(100 * share).toFixed(2)}`
const probability = (p: number): string => (p < 1e-4 ? '< 0.0001' : p.toFixed(4))
const withSign = (p: number): string => (p < 1e-4 ? 'p < 0.0001' : `p = ${p.toFixed(4)}`)
const range = ([low = 0, high = 0]: number[], format: (value: number) => string): string =>
  `${format(low)} to ${format(high)}`

/** Two jobs side by side on their test set. Returns what ends it. */
export function comparePage(page: HTMLElement, jobs: [string, string], fail: (error: unknown) => void): () => void {
  setTitle('Comparison')
  let left = false
  page.replaceChildren(h('p', { class: 'faint' }, 'Comparing image by image…'))
  Promise.all([
    sendJson<Comparison>('/v1/jobs:compare', { jobs, differing: LISTED }),
    get<Job>(`/v1/jobs/${jobs[0]}`),
  ]).then(
    ([comparison, job]) => {
      if (!left) page.replaceChildren(...sections(comparison, itemAddress(job)))
    },
    (error: unknown) => {
      if (!left) fail(error)
    },
  )
  return () => {
    left = true
  }
}

function sections(comparison: Comparison, items: string): Node[] {
  return [
    h('div', { class: 'title' }, h('h1', {}, 'Comparison')),
    h('p', {}, ...verdict(comparison)),
    h('div', { class: 'grid' }, card('Runs', runTable(comparison)), card('Differences', differenceTable(comparison))),
    differing(comparison, items),
    h('div', { class: 'grid' }, card('Classes', classTable(comparison))),
    h('div', { class: 'grid' }, card('Specs', specTable(comparison))),
  ]
}

function verdict({ a, b, accuracy, mcnemar, level, images, split }: Comparison): (Node | string)[] {
  const on = `on ${images} ${split} images`
  if (mcnemar.midP >= 1 - level)
    return [h('b', {}, 'The difference may be chance'), `: ${withSign(mcnemar.midP)} ${on}.`]
  const better = accuracy.value > 0 ? b : a
  return [h('b', {}, `${better.name || better.id} is better`), `: ${withSign(mcnemar.midP)} ${on}.`]
}

function runTable({ a, b, level }: Comparison): HTMLElement {
  const rows = [
    { letter: 'a', ...a },
    { letter: 'b', ...b },
  ]
  const columns: Column<(typeof rows)[number]>[] = [
    { title: '', cell: ({ letter }) => h('b', {}, letter) },
    { title: 'job', cell: ({ id, name }) => h('a', { href: `#/jobs/${id}` }, name || id) },
    { title: 'accuracy', number: true, cell: ({ accuracy }) => percent(accuracy) },
    { title: `${100 * level} % interval`, number: true, cell: ({ interval }) => range(interval, percent) },
    { title: 'log loss', number: true, cell: ({ nll }) => nll.toFixed(4) },
  ]
  return table(columns, rows)
}

function differenceTable({ accuracy, nll, mcnemar, level, resamples }: Comparison): HTMLElement {
  const interval = `${100 * level} % interval, paired bootstrap of ${resamples}`
  const signed = (value: number): string => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(4)}`
  const rows: [string, string][] = [
    ['accuracy, b − a', `${points(accuracy.value)} points`],
    [interval, range(accuracy.interval, points)],
    ['log loss, b − a', signed(nll.value)],
    [interval, range(nll.interval, signed)],
    ['images that both have right', String(mcnemar.bothRight)],
    ['only a', String(mcnemar.onlyA)],
    ['only b', String(mcnemar.onlyB)],
    ['neither', String(mcnemar.bothWrong)],
    ['McNemar’s test: exact p', probability(mcnemar.exact)],
    ['mid-p', probability(mcnemar.midP)],
  ]
  const cells = rows.map(([name, value]) => h('tr', {}, h('td', {}, name), h('td', { class: 'number' }, value)))
  return h('table', {}, h('tbody', {}, ...cells))
}

function classTable({ classes }: Comparison): HTMLElement {
  const change = (a: number | null, b: number | null): string => (a === null || b === null ? '–' : points(b - a))
  return table(
    [
      { title: 'class', cell: ({ name }) => name },
      { title: 'images', number: true, cell: ({ images }) => String(images) },
      { title: 'recall of a', number: true, cell: ({ recallA }) => percent(recallA) },
      { title: 'recall of b', number: true, cell: ({ recallB }) => percent(recallB) },
      { title: 'b − a, points', number: true, cell: ({ recallA, recallB }) => change(recallA, recallB) },
      { title: 'only a', number: true, cell: ({ onlyA }) => String(onlyA) },
      { title: 'only b', number: true, cell: ({ onlyB }) => String(onlyB) },
      { title: 'mid-p, uncorrected', number: true, cell: ({ midP }) => probability(midP) },
    ],
    classes,
  )
}

function specTable({ spec }: Comparison): HTMLElement {
  if (spec.length === 0) return h('p', { class: 'faint' }, 'They are the same.')
  const value = (written: unknown): Node =>
    written === undefined ? h('span', { class: 'faint' }, 'none') : h('code', {}, shown(written))
  return table(
    [
      { title: 'field', cell: ({ pointer }) => pointer },
      { title: 'a', cell: ({ a }) => value(a) },
      { title: 'b', cell: ({ b }) => value(b) },
    ],
    spec,
  )
}
