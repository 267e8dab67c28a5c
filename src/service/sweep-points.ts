import { parsePolicySearch, type PolicySearchOptions } from '../job-spec/policy-search.ts'
import { gridPoints, invalid, randomPoints, type Parameters } from '../job-spec/space.ts'
import { parseRangeTest } from '../job-spec/tasks.ts'
import type { NewJob } from './ports/jobs.ts'
import type { SweepRequest } from './sweep-resources.ts'

const TRIALS = 20

/** What the trainer is asked to do; nothing for training. */
export function taskOf({ kind, rangeTest, policySearch }: SweepRequest): Pick<NewJob, 'kind' | 'task'> {
  if (kind === 'range-test') return { kind, task: parseRangeTest(rangeTest ?? {}) }
  return kind === 'policy-search' ? { kind, task: policySearchOf(policySearch) } : {}
}

/** @throws AppError `invalid_request` with pointers */
function policySearchOf(given: SweepRequest['policySearch']): PolicySearchOptions & { saveAs: string } {
  if (given === undefined) throw invalid([{ pointer: '/policySearch', detail: 'must say as what to save the policy' }])
  const { saveAs, ...options } = given
  return { ...parsePolicySearch(options, '/policySearch'), saveAs }
}

/**
 * What varies, trial by trial.
 * @throws AppError `invalid_request` for fields that are not for this kind of sweep
 */
export function pointsOf(request: SweepRequest): Parameters[] {
  const { kind, space, trials, asha, rangeTest, policySearch, seed } = request
  if (kind !== 'range-test' && rangeTest !== undefined)
    throw invalid([{ pointer: '/rangeTest', detail: `is for sweeps of the kind range-test, not ${kind}` }])
  if (kind !== 'policy-search' && policySearch !== undefined)
    throw invalid([{ pointer: '/policySearch', detail: `is for sweeps of the kind policy-search, not ${kind}` }])
  if (kind === 'range-test' || kind === 'policy-search') {
    for (const [field, value] of Object.entries({ space, trials, asha }))
      if (value !== undefined)
        throw invalid([{ pointer: `/${field}`, detail: `is not for a sweep of the kind ${kind}` }])
    taskOf(request)
    return [{}]
  }
  if (space === undefined) throw invalid([{ pointer: '/space', detail: 'must say what varies' }])
  if (kind !== 'asha' && asha !== undefined)
    throw invalid([{ pointer: '/asha', detail: `is for sweeps of the kind asha, not ${kind}` }])
  if (kind === 'grid' && trials !== undefined)
    throw invalid([{ pointer: '/trials', detail: 'follows from the space of a grid' }])
  return kind === 'grid' ? gridPoints(space) : randomPoints(space, { trials: trials ?? TRIALS, seed })
}
