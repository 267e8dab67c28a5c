import { text } from 'node:stream/consumers'
import { AppError } from '../errors.ts'
import type { DatasetStatistics } from '../job-spec/defaults.ts'
import { invalid } from '../job-spec/space.ts'
import { RANGE_TEST_PLOT } from '../job-spec/tasks.ts'
import { deleted, type Deleting } from './deleted.ts'
import type { Dependencies } from './dependencies.ts'
import { requireFound } from './require-found.ts'
import { rungsOf } from './halving.ts'
import { newId } from './ids.ts'
import { needsOf, shortNeeds } from './job-needs.ts'
import { jobSpecs } from './job-specs.ts'
import { requireFreeName } from './policies.ts'
import type { SweepsQuery } from './list-queries.ts'
import { sweepsRequest } from './list-requests.ts'
import type { Caller } from './ports/caller.ts'
import type { Page } from './resources.ts'
import { sweepChart } from './sweep-chart.ts'
import type { Objective, Sweep, SweepPlan, SweepRequest, SweepSummary } from './sweep-resources.ts'
import { newTrials } from './sweep-trials.ts'
import { deviceFor } from './waiting-for.ts'

const ETA = 3
const MINIMUM = 0.1

/** Sweeps: every trial is resolved before anything is queued. */
export function sweepService(dependencies: Dependencies) {
  const { store, blobs, now } = dependencies
  const specs = jobSpecs(dependencies)
  const sweep = async (caller: Caller, id: string): Promise<Sweep> =>
    requireFound(await store.sweep(caller.teamId, id), 'sweep', id)

  return {
    sweep,
    sweeps: async (caller: Caller, page: SweepsQuery): Promise<Page<SweepSummary>> =>
      store.sweeps(caller.teamId, sweepsRequest(page)),
    async submitSweep(caller: Caller, request: SweepRequest, id = newId('sweep', now())): Promise<Sweep> {
      if ('dataset' in request.spec)
        throw invalid([{ pointer: '/spec/dataset', detail: 'stands beside the spec, as dataset' }])
      const { datasetId, facts } = await specs.dataset(caller, request)
      const objective = objectiveOf(request, facts)
      if (request.policySearch !== undefined) await requireFreeName(store, caller.teamId, request.policySearch.saveAs)
      const device = await deviceFor(store, needsOf(shortNeeds(request.resources ?? {})))
      const trials = await newTrials(caller, request, { id, datasetId, known: { facts, device }, specs, now })
      const { eta = ETA, minimum = MINIMUM } = request.asha ?? {}
      const plan: SweepPlan = {
        spec: request.spec,
        space: request.space ?? null,
        objective,
        eta,
        rungs: request.kind === 'asha' ? halvingRungs(eta, minimum) : [1],
      }
      const { name, kind } = request
      await store.createSweep({ id, teamId: caller.teamId, datasetId, name, kind, plan, trials })
      dependencies.relay()
      return sweep(caller, id)
    },
    deleteSweep: (caller: Caller, id: string, how: Deleting = {}): Promise<void> =>
      deleted(dependencies, (keptMs) => store.deleteSweep(caller.teamId, id, keptMs), `sweep ${id}`, how),
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

function objectiveOf({ objective: { metric, mode } }: SweepRequest, { counts }: DatasetStatistics): Objective {
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
