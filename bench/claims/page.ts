import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { intervalChart } from '../../src/plots/interval-chart.ts'
import { deviation, mean } from '../statistics.ts'
import type { Claim, Evidence } from './claim.ts'

export interface Shown {
  claim: Claim
  evidence: Evidence
}

export const plusMinus = (values: readonly number[]): string =>
  `${mean(values).toFixed(2)} ± ${deviation(values).toFixed(2)}`

export const holds = ({ values, least }: Evidence['gates'][number]): boolean => mean(values) >= least

/** Writes the page `claims.md` and its plots into `docs`. */
export function writePage(docs: string, shown: readonly Shown[], machine: string): void {
  mkdirSync(join(docs, 'claims'), { recursive: true })
  for (const { claim, evidence } of shown)
    writeFileSync(join(docs, 'claims', `${claim.name}.svg`), `${plot(claim, evidence)}\n`)
  const text = [
    '# What the recipe claims, reproduced',
    '',
    `Fashion-MNIST, a ResNet-20 of width 8, three seeds (mean ± standard deviation), through the trainer that jobs use: \`make claims\`. ${machine}.`,
    ...shown.flatMap(({ claim, evidence }) => section(claim, evidence)),
    '',
  ].join('\n')
  writeFileSync(join(docs, 'claims.md'), text)
}

function section({ name, title, unit, setting }: Claim, { rows, gates }: Evidence): string[] {
  return [
    '',
    `## ${title}`,
    '',
    `${setting[0]!.toUpperCase()}${setting.slice(1)}.`,
    '',
    `![${title}](claims/${name}.svg)`,
    '',
    `| | ${unit} |`,
    '| --- | --- |',
    ...rows.map((row) => `| ${row.name} | ${plusMinus(row.values)} |`),
    '',
    '| gate | at least | seen | holds |',
    '| --- | --- | --- | --- |',
    ...gates.map(
      (gate) => `| ${gate.name} | ${gate.least} | ${plusMinus(gate.values)} | ${holds(gate) ? 'yes' : 'no'} |`,
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
