import type { SweepInfo } from '../../../clients/typescript/src/types.ts'

export interface RungRow {
  share: number
  reached: number
  running: number
  ended: number
  best: number | null
}

const ENDED: ReadonlySet<string> = new Set(['succeeded', 'stopped', 'failed', 'canceled'])

/** Trials by the rung that they train to, or have ended on. */
export function rungRows({ rungs, trials, objective }: Pick<SweepInfo, 'rungs' | 'trials' | 'objective'>): RungRow[] {
  return rungs.map((share, rung) => {
    const here = trials.filter((trial) => trial.rung === rung)
    const values = here.map(({ value }) => value).filter((value) => value !== null)
    return {
      share,
      reached: trials.filter((trial) => trial.rung >= rung && trial.state !== 'queued').length,
      running: here.filter(({ state }) => !ENDED.has(state)).length,
      ended: here.filter(({ state }) => ENDED.has(state)).length,
      best: values.length === 0 ? null : objective.mode === 'max' ? Math.max(...values) : Math.min(...values),
    }
  })
}
