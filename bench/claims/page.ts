import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { intervalChart } from '../../src/plots/interval-chart.ts'
import { deviation, mean } from '../statistics.ts'
import type { Interval } from '../student.ts'
import type { Claim, Evidence } from './claim.ts'
import { intervalOf, verdictOf } from './gate.ts'
import { change, type History } from './history.ts'

export interface Shown {
  claim: Claim
  evidence: Evidence
  /** What the runs were made from. */
  commits: string[]
}

export interface PageContext {
  machine: string
  history: History | undefined
}

export const plusMinus = (values: readonly number[]): string =>
  `${mean(values).toFixed(2)} ± ${deviation(values).toFixed(2)}`

export const interval = ({ mean: center, low, high }: Interval): string =>
  `${center.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)})`

/** Writes the page `claims.md` and its plots into `docs`. */
export function writePage(docs: string, shown: readonly Shown[], context: PageContext): void {
  mkdirSync(join(docs, 'claims'), { recursive: true })
  for (const { claim, evidence } of shown)
    writeFileSync(join(docs, 'claims', `${claim.name}.svg`), `${plot(claim, evidence)}\n`)
  writeFileSync(join(docs, 'claims.md'), pageOf(shown, context))
}

export function pageOf(shown: readonly Shown[], { machine, history }: PageContext): string {
  const commits = [...new Set(shown.flatMap((one) => one.commits))].join(', ')
  return [
    '# What the recipe claims, reproduced',
    '',
    `Fashion-MNIST, a ResNet-20 of width 8, through the trainer that jobs use. Made by \`make claims\` from commit ${commits}; ${machine}.`,
    '',
    'Tables give the mean ± standard deviation over seeds. Gates are differences, paired over seeds: in every method a seed gives the same initial weights, the same order of the training images (the methods that sample by class draw theirs from the same stream), and the same draws for the crop and flip of an image. The interval of a gate is the two-sided 90 % interval of the mean difference by Student’s t, 5 % beyond each end. A gate holds where the lower end reaches it, fails where the upper end stays below it, and is undecided otherwise. The number of seeds of each claim was fixed before its runs, from the spread that three earlier seeds had, and the gates are evaluated once, after the last seed; so there is no stopping rule to correct for. The gates are not corrected for their number.',
    ...shown.flatMap(section),
    ...(history === undefined ? [] : historySection(history)),
    '',
  ].join('\n')
}

function section({ claim: { name, title, unit, setting, seeds }, evidence: { rows, gates } }: Shown): string[] {
  return [
    '',
    `## ${title}`,
    '',
    `${setting[0]!.toUpperCase()}${setting.slice(1)}; ${seeds} seeds.`,
    '',
    `![${title}](claims/${name}.svg)`,
    '',
    `| | ${unit} |`,
    '| --- | --- |',
    ...rows.map((row) => `| ${row.name} | ${plusMinus(row.values)} |`),
    '',
    '| gate | at least | seen (90 % interval) | verdict |',
    '| --- | --- | --- | --- |',
    ...gates.map((gate) => `| ${gate.name} | ${gate.min} | ${interval(intervalOf(gate))} | ${verdictOf(gate)} |`),
  ]
}

function historySection({ before, after, methods }: History): string[] {
  const moved = methods.filter((row) => change(row).low > 0 || change(row).high < 0).map(({ name }) => name)
  const seeds = methods[0]?.before.length ?? 0
  return [
    '',
    `## From ${before.commit} to ${after.commit}: code or chance`,
    '',
    `Earlier pages had three seeds and other figures. Here the training code of both commits ran the same specs with the same ${seeds} seeds. ${
      moved.length === 0
        ? 'Every interval contains 0: no change of the code can be seen, and what the earlier pages said differed by the choice of three seeds.'
        : `The interval does not contain 0 for ${moved.join(', ')}: the code moved this.`
    }`,
    '',
    '| | before, test accuracy, % | after | after − before (90 % interval) |',
    '| --- | --- | --- | --- |',
    ...methods.map(
      (row) => `| ${row.name} | ${plusMinus(row.before)} | ${plusMinus(row.after)} | ${interval(change(row))} |`,
    ),
  ]
}

function plot({ title, unit }: Claim, { rows }: Evidence): string {
  return intervalChart({
    title,
    value: { label: unit },
    rows: rows.map(({ name, values }) => ({
      label: name,
      value: mean(values),
      low: mean(values) - deviation(values),
      high: mean(values) + deviation(values),
    })),
  })
}
