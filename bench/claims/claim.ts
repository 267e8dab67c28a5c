import type { PackedDataset } from '../../src/data/packed.ts'
import type { Engine } from '../../src/engine/engine.ts'
import type { Selection } from './data.ts'
import type { Gate } from './gate.ts'
import type { Runs } from './runs.ts'

/** A row of a claim: the figure of each seed. */
export interface Row {
  name: string
  values: number[]
}

export interface Evidence {
  rows: Row[]
  gates: Gate[]
}

export interface ClaimContext {
  engine: Engine
  runs: Runs
  data: (selection: Selection) => Promise<PackedDataset>
}

/** What the finished product must reproduce, with how it is shown. */
export interface Claim {
  name: string
  title: string
  /** What the rows are in. */
  unit: string
  setting: string
  /** Chosen before the runs, from the spread between seeds that earlier runs had: gates are looked at once, after the last seed. */
  seeds: number
  show(context: ClaimContext): Promise<Evidence>
}

export const percent = (values: readonly number[]): number[] => values.map((value) => 100 * value)

export const difference = (a: readonly number[], b: readonly number[]): number[] =>
  a.map((value, i) => value - (b[i] ?? 0))
