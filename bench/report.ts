import { mkdirSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus, release, totalmem } from 'node:os'
import { fileURLToPath } from 'node:url'

let began = 0

/** Says on standard error what is being done, after how many seconds. */
export function printStep(step: string): void {
  began ||= performance.now()
  process.stderr.write(`${((performance.now() - began) / 1000).toFixed(0).padStart(4)} s  ${step}\n`)
}

/** One line of a table: a cell by the column's title. */
export type Row = Readonly<Record<string, string | number>>

/** Prints a line about the machine, which every benchmark begins with. */
export function printHeading(title: string, details: string): void {
  const { processor, cores, memoryGiB } = machine()
  console.log(`\n${title}\n${processor}, ${cores} cores, ${memoryGiB} GiB, Node ${process.version}; ${details}\n`)
}

/** Prints rows as a table; numbers and what starts like one stand to the right. */
export function printTable(rows: readonly Row[]): void {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))]
  const widths = columns.map((column) =>
    Math.max(column.length, ...rows.map((row) => String(row[column] ?? '').length)),
  )
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, i) => (/^[\d.]/.test(cell) ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)))
      .join('  ')
      .trimEnd()
  console.log(line(columns))
  console.log(widths.map((width) => '-'.repeat(width)).join('  '))
  for (const row of rows) console.log(line(columns.map((column) => String(row[column] ?? ''))))
}

/** Writes bench/results/NAME.json with the machine and the time beside the result. */
export function writeResult(name: string, result: object): void {
  const folder = fileURLToPath(new URL('../../bench/results/', import.meta.url))
  mkdirSync(folder, { recursive: true })
  const record = { benchmark: name, at: new Date().toISOString(), machine: machine(), ...result }
  writeFileSync(`${folder}${name}.json`, `${JSON.stringify(record, null, 2)}\n`)
}

function machine(): { processor: string; cores: number; memoryGiB: number; kernel: string; node: string } {
  return {
    processor: cpus()[0]?.model ?? 'unknown processor',
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    kernel: release(),
    node: process.version,
  }
}
