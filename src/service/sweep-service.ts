import { text } from 'node:stream/consumers'
import { setImmediate } from 'node:timers/promises'
import { AppError, type ErrorDetail } from '../errors.ts'
import { gridPoints, invalid, randomPoints, withParameters, type Parameters } from '../spec/space.ts'
import type { DataFacts } from '../spec/defaults.ts'
import { found } from './found.ts'
import { netSpec, parsePolicySearch, type PolicySearchOptions } from '../spec/policy-search.ts'
import { parseRangeTest, RANGE_TEST_PLOT } from '../spec/tasks.ts'
import { rungsOf } from './halving.ts'
import { newId } from './ids.ts'
import { requireFreeName } from './policies.ts'
import { jobSpecs, type JobSpecsDependencies } from './job-specs.ts'
import type { Blobs } from './ports/blobs.ts'
import type { Caller, PageRequest } from './ports/caller.ts'
import type { NewJob } from './ports/jobs.ts'
import type { Page } from './resources.ts'
import { sweepChart } from './sweep-chart.ts'
import type { Objective, Sweep, SweepPlan, SweepRequest, SweepSummary } from './sweep-resources.ts'

const TRIALS = 20
const ETA = 3
const MINIMUM = 0.1
/** Characters of the specs of all trials. */
const MAX_SPECS_LENGTH = 4_000_000
/** Mistakes that a refusal lists; more of them say nothing new. */
const MOST_MISTAKES = 20

export interface SweepDependencies extends JobSpecsDependencies {
  blobs: Blobs
  now: () => number
}

/** Sweeps: every trial is resolved before anything is queued. */
export function sweepService(dependencies: SweepDependencies, relay: () => void) {
  const { store, blobs, now } = dependencies
  const specs = jobSpecs(dependencies)
  const sweep = async (caller: Caller, id: string): Promise<Sweep> =>
    found(await store.sweep(caller.teamId, id), 'sweep', id)

  async function trialsOf(
    caller: Caller,
    request: SweepRequest,
    { id, datasetId, facts }: { id: string; datasetId: string; facts: DataFacts },
  ): Promise<{ job: NewJob; parameters: Parameters }[]> {
    const base = (): object => defaultsOf(() => specs.resolveDefaults(request.spec, facts))
    const errors: ErrorDetail[] = []
    const trials: { job: NewJob; parameters: Parameters }[] = []
    const points = pointsOf(request)
    requireSize(request.spec, points.length)
    for (const [i, parameters] of points.entries()) {
      // Other calls get their turn between two trials.
      await setImmediate()
      const name = `${request.name === '' ? id : request.name} #${i + 1}`
      const input = { ...withParameters(request.spec, parameters, base), name }
      try {
        const { spec, hash, reasons, warnings } = await specs.resolve(caller, input, facts)
        if (request.kind === 'policy-search') netSpec(spec, { share: 1 })
        const job = {
          ...{
            id: newId('job', now()),
            teamId: caller.teamId,
            datasetId,
            name,
            spec,
            specHash: hash,
            reasons,
            warnings,
          },
          ...taskOf(request),
        }
        trials.push({ job, parameters })
      } catch (error) {
        if (!(error instanceof AppError)) throw error
        errors.push(...trialMistakes(error, i + 1, parameters))
      }
    }
    if (errors.length === 0) return trials
    const first = errors[0]
    throw new AppError('invalid_spec', `The sweep has trials that cannot run: ${first?.pointer} ${first?.detail}.`, {
      errors: errors.slice(0, MOST_MISTAKES),
    })
  }

  return {
    sweep,
    sweeps: (caller: Caller, page: PageRequest): Promise<Page<SweepSummary>> => store.sweeps(caller.teamId, page),
    async submitSweep(caller: Caller, request: SweepRequest, id = newId('sweep', now())): Promise<Sweep> {
      if ('dataset' in request.spec)
        throw invalid([{ pointer: '/spec/dataset', detail: 'stands beside the spec, as dataset' }])
      const { datasetId, facts } = await specs.dataset(caller, request)
      const objective = objectiveOf(request, facts)
      if (request.policySearch !== undefined) await requireFreeName(store, caller.teamId, request.policySearch.saveAs)
      const trials = await trialsOf(caller, request, { id, datasetId, facts })
      const { eta = ETA, minimum = MINIMUM } = request.asha ?? {}
      const plan: SweepPlan = {
        ...{ spec: request.spec, space: request.space ?? null, objective, eta },
        rungs: request.kind === 'asha' ? halvingRungs(eta, minimum) : [1],
      }
      const { name, kind } = request
      await store.createSweep({ id, teamId: caller.teamId, datasetId, name, kind, plan, trials })
      relay()
      return sweep(caller, id)
    },
    /** The trials as SVG; of a range test its own plot. */
    async sweepChart(caller: Caller, id: string): Promise<string> {
      const { kind, state, trials, ...rest } = await sweep(caller, id)
      if (kind === 'policy-search')
        throw new AppError(
          'not_found',
          `Sweep ${id} is a policy search, which has no chart; its result says what was tried.`,
        )
      if (kind !== 'range-test') return sweepChart({ trials, ...rest })
      const plot = await store.artifact(trials[0]?.job ?? '', RANGE_TEST_PLOT)
      if (plot === undefined)
        throw new AppError('wrong_state', `Sweep ${id} is ${state}; its plot is there once the test has ended.`)
      return text(blobs.read(plot.blobKey))
    },
    async cancelSweep(caller: Caller, id: string): Promise<Sweep> {
      const { state } = await sweep(caller, id)
      if (!(await store.cancelSweep(caller.teamId, id)))
        throw new AppError('wrong_state', `Sweep ${id} is ${state}; it can be canceled only while it runs.`)
      return sweep(caller, id)
    },
  }
}

/** @throws AppError `payload_too_large` where the trials together would be too much to keep */
function requireSize(spec: object, trials: number): void {
  const length = JSON.stringify(spec).length
  if (length * trials > MAX_SPECS_LENGTH)
    throw new AppError(
      'payload_too_large',
      `The spec has ${length} characters, which ${trials} trials repeat; together they may have ${MAX_SPECS_LENGTH}.`,
      {
        errors: [{ pointer: '/spec', detail: `must have at most ${Math.floor(MAX_SPECS_LENGTH / trials)} characters` }],
      },
    )
}

function taskOf({ kind, rangeTest, policySearch }: SweepRequest): Pick<NewJob, 'kind' | 'task'> {
  if (kind === 'range-test') return { kind, task: parseRangeTest(rangeTest ?? {}) }
  return kind === 'policy-search' ? { kind, task: policySearchOf(policySearch) } : {}
}

/** @throws AppError `invalid_request` with pointers */
function policySearchOf(given: SweepRequest['policySearch']): PolicySearchOptions & { saveAs: string } {
  if (given === undefined) throw invalid([{ pointer: '/policySearch', detail: 'must say as what to save the policy' }])
  const { saveAs, ...options } = given
  return { ...parsePolicySearch(options, '/policySearch'), saveAs }
}

function pointsOf(request: SweepRequest): Parameters[] {
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

function objectiveOf({ objective: { metric, mode } }: SweepRequest, { counts }: DataFacts): Objective {
  if (!metric.startsWith('train/') && counts.val === 0)
    throw invalid([
      { pointer: '/objective/metric', detail: 'the data set has no validation images; take a train/ metric' },
    ])
  return { metric, mode: mode ?? (metric.endsWith('loss') ? 'min' : 'max') }
}

function halvingRungs(eta: number, minimum: number): number[] {
  const rungs = rungsOf({ eta, minimum })
  if (rungs.length > 1) return rungs
  throw invalid([{ pointer: '/asha/minimum', detail: `must be at most 1/eta, ${(1 / eta).toPrecision(3)}` }])
}

/** The spec that trials start from, with its mistakes where they stand in the request. */
function defaultsOf(resolve: () => object): object {
  try {
    return resolve()
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    const errors = error.errors.map(({ pointer, detail }) => ({ pointer: `/spec${pointer}`, detail }))
    throw new AppError(error.code, error.message, { errors })
  }
}

function trialMistakes({ errors, message }: AppError, number: number, parameters: Parameters): ErrorDetail[] {
  const point = Object.entries(parameters)
    .map(([pointer, value]) => `${pointer} = ${JSON.stringify(value)}`)
    .join(', ')
  const mistakes = errors.length > 0 ? errors : [{ pointer: '', detail: message }]
  return mistakes.map(({ pointer, detail }) => ({
    pointer: `/spec${pointer}`,
    detail: `trial ${number}${point === '' ? '' : ` (${point})`}: ${detail}`,
  }))
}
