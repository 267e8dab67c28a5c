import { meanInterval, type Interval } from '../student.ts'
import { percent } from './claim.ts'
import { BALANCED, LONG_TAIL, packed } from './data.ts'
import { CONFIDENCE } from './gate.ts'
import type { Runs } from './runs.ts'
import { scheduleSpec } from './schedules.ts'
import { tailSpec } from './long-tail.ts'

/** The same specs and seeds under the training code of two commits. */
export interface History {
  before: { commit: string }
  after: { commit: string }
  methods: HistoryRow[]
}

export interface HistoryRow {
  name: string
  /** Test accuracy of each seed, %. */
  before: number[]
  after: number[]
}

/** What moved between the two commits: after − before, paired over seeds. */
export const change = ({ before, after }: HistoryRow): Interval =>
  meanInterval(
    after.map((value, seed) => value - (before[seed] ?? NaN)),
    CONFIDENCE,
  )

/** Trains the methods whose figures differed between the commits under both. */
export async function compareHistory(dataFolder: string, before: Runs, after: Runs): Promise<HistoryRow[]> {
  const balanced = await packed(dataFolder, BALANCED)
  const tail = await packed(dataFolder, LONG_TAIL)
  const methods = [
    { name: 'cross-entropy on the long tail', run: 'tail-plain', dataset: tail, spec: tailSpec() },
    ...['step', 'cosine', 'linear'].map((schedule) => ({
      name: `${schedule} schedule`,
      run: `schedule-${schedule}`,
      dataset: balanced,
      spec: scheduleSpec(schedule),
    })),
  ]
  const rows: HistoryRow[] = []
  for (const { name, run, dataset, spec } of methods) {
    const accuracy = async (runs: Runs): Promise<number[]> =>
      percent((await runs.train(run, dataset, spec)).map(({ report }) => report.accuracy))
    rows.push({ name, before: await accuracy(before), after: await accuracy(after) })
  }
  return rows
}
