import { fileURLToPath } from 'node:url'
import { engineEnvironment, threadWaiting } from '../../src/engine/environment.ts'
import type { Row } from '../report.ts'
import { median, spread } from '../statistics.ts'
import { PYTHON } from '../python.ts'
import { startContestant, type Contestant, type Workload } from './contestant.ts'

/** Of each side. */
export const THREADS = 2
const PEER = fileURLToPath(new URL('../../bench/throughput/torch_peer.py', import.meta.url))
const OURS = fileURLToPath(new URL('./throughput/anneal.js', import.meta.url))
export const FORMS = ['anneal', 'torch default', 'torch channels_last'] as const
export type Form = (typeof FORMS)[number]

export interface Measured {
  version: string
  milliseconds: number[]
  peakBytes: number
}
export type Outcome = Measured | { failure: string }

/** Python torch gets the allocator and the threads; how threads wait is left as it comes. */
function environmentOf(form: Form): Record<string, string> {
  const ours = engineEnvironment(THREADS)
  if (form === 'anneal') return ours
  const kept = Object.entries(ours).filter(([name]) => !(name in threadWaiting))
  return { ...Object.fromEntries(kept), OPENBLAS_NUM_THREADS: String(THREADS) }
}

function start(form: Form, workload: Workload): Promise<Contestant> {
  if (form === 'anneal') return startContestant([process.execPath, OURS], workload, environmentOf(form))
  const memoryFormat = form === 'torch default' ? 'default' : 'channels_last'
  return startContestant([PYTHON, PEER], { ...workload, memoryFormat }, environmentOf(form))
}

/** Runs all forms of a workload in turns, so that what else the machine does falls on each alike. */
export async function contest(workload: Workload, rounds: number, seconds: number): Promise<Map<Form, Outcome>> {
  const outcomes = new Map<Form, Outcome>()
  const running: { form: Form; contestant: Contestant; count: number; milliseconds: number[] }[] = []
  for (const form of FORMS) {
    try {
      const contestant = await start(form, workload)
      const pace = median(await contestant.steps(2))
      running.push({ form, contestant, count: Math.max(1, Math.round((seconds * 1000) / pace)), milliseconds: [] })
    } catch (error) {
      outcomes.set(form, { failure: error instanceof Error ? error.message : String(error) })
    }
  }
  for (let round = 0; round < rounds; round++)
    for (const { contestant, count, milliseconds } of running) milliseconds.push(...(await contestant.steps(count)))
  for (const { form, contestant, milliseconds } of running)
    outcomes.set(form, { version: contestant.version, milliseconds, peakBytes: await contestant.finish() })
  return outcomes
}

/** Time of the faster form of torch over ours; undefined where either fails. */
export function ratioOf(outcomes: ReadonlyMap<Form, Outcome>): number | undefined {
  const medianOf = (form: Form): number => {
    const outcome = outcomes.get(form)
    return outcome === undefined || 'failure' in outcome ? Infinity : median(outcome.milliseconds)
  }
  const ratio = Math.min(medianOf('torch default'), medianOf('torch channels_last')) / medianOf('anneal')
  return Number.isFinite(ratio) && ratio > 0 ? ratio : undefined
}

export function tableRow(
  name: string,
  batch: number,
  [form, outcome]: [Form, Outcome],
  ratio: number | undefined,
): Row {
  if ('failure' in outcome) return { row: name, form, 'median ms': 'fails', ratio: outcome.failure.slice(0, 90) }
  const { milliseconds, peakBytes } = outcome
  return {
    row: name,
    form,
    n: milliseconds.length,
    'median ms': median(milliseconds).toFixed(1),
    spread: `${(spread(milliseconds) * 100).toFixed(1)} %`,
    'images/s': ((batch / median(milliseconds)) * 1000).toFixed(1),
    'peak MiB': (peakBytes / 2 ** 20).toFixed(0),
    ratio: form === 'anneal' ? (ratio?.toFixed(3) ?? 'no peer') : '',
  }
}
