import Type, { type Static } from 'typebox'
import { AppError } from '../errors.ts'
import { specDifferences } from '../evaluation/spec-differences.ts'
import { changedSpec } from '../job-spec/changed-spec.ts'
import { withoutUnknownClass } from '../job-spec/open-set.ts'
import { invalidSpec } from '../job-spec/parse.ts'
import { runLength } from '../job-spec/run-length.ts'
import type { ResolvedSpec } from '../job-spec/schema.ts'
import { versionId } from './dataset-ref.ts'
import type { Dependencies } from './dependencies.ts'
import { newId } from './ids.ts'
import { shortened } from './job-needs.ts'
import { JobSettings, SETTING_NAMES } from './job-settings.ts'
import { ENDED_STATES } from './job-states.ts'
import { newJobs } from './new-jobs.ts'
import type { Caller } from './ports/caller.ts'
import { foundJob, requireFound } from './require-found.ts'
import type { Checkpoint, Job } from './resources.ts'
import type { SubmittedJob } from './scheduling-resources.ts'

const FORK_MODES = ['weights', 'continue'] as const
type ForkMode = (typeof FORK_MODES)[number]

export const ForkRequest = Type.Object(
  {
    mode: Type.Optional(
      Type.Unsafe<ForkMode>({
        type: 'string',
        enum: [...FORK_MODES],
        default: FORK_MODES[0],
        description:
          'weights: a new run that starts from the weights of a checkpoint; continue: the run resumes from its last checkpoint, with its optimiser, for a larger budget.',
      }),
    ),
    checkpoint: Type.Optional(
      Type.String({
        maxLength: 64,
        description:
          'A checkpoint of the job; by default the weights that it reported on, or the last ones. With continue one of kind last.',
      }),
    ),
    spec: Type.Optional(
      Type.Unsafe<Record<string, unknown>>({
        type: 'object',
        maxProperties: 50,
        description:
          'Changes of the spec, as a JSON merge patch; null has the default chosen again. With continue: budget, schedule, earlyStopping, evaluation, calibration and name.',
      }),
    ),
    ...JobSettings.properties,
  },
  { additionalProperties: false },
)
export type ForkRequest = Static<typeof ForkRequest>

/** What a run may change when it is continued: nothing that its position, its optimiser or its averages depend on. */
const MAY_CHANGE: readonly string[] = ['budget', 'schedule', 'earlyStopping', 'evaluation', 'calibration', 'name']

/** The weights to start from, the ones that were reported on first. */
const PREFERRED: readonly Checkpoint['kind'][] = ['averaged', 'best', 'last']

export const SpecDiff = Type.Object({
  from: Type.String({ description: 'The job that it is compared with.' }),
  differences: Type.Array(
    Type.Object({
      pointer: Type.String(),
      from: Type.Optional(Type.Unknown({ description: 'Absent where that job does not have the field.' })),
      to: Type.Optional(Type.Unknown({ description: 'Absent where this job does not have it.' })),
    }),
  ),
})
export type SpecDiff = Static<typeof SpecDiff>

/** Jobs that are made of others. One function: a use case after the other over the same ports. */
export function forkService(dependencies: Dependencies) {
  const { store, now } = dependencies
  const submissions = newJobs(dependencies)

  async function chosen(caller: Caller, source: Job, { checkpoint, mode }: ForkRequest): Promise<Checkpoint> {
    const kinds = mode === 'continue' ? (['last'] as const) : PREFERRED
    if (checkpoint !== undefined) {
      const found = await store.checkpoint(caller.teamId, checkpoint)
      if (found?.job !== source.id) throw refused('/checkpoint', `must be a checkpoint of job ${source.id}`)
      if (!kinds.includes(found.kind)) throw refused('/checkpoint', `is of kind ${found.kind}; last is needed`)
      return found
    }
    const all = await store.checkpoints(source.id)
    const [found] = kinds.flatMap((kind) => all.filter((each) => each.kind === kind))
    if (found === undefined) throw new AppError('wrong_state', `Job ${source.id} has no checkpoint to start from.`)
    return found
  }

  async function continued(
    caller: Caller,
    source: Job,
    request: ForkRequest,
    checkpoint: Checkpoint,
  ): Promise<{ resolved: Awaited<ReturnType<typeof submissions.resolve>>; best: string | null }> {
    requireContinuable(source, request)
    const resources = request.resources ?? shortened(source.resources)
    const resolved = await submissions.resolve(caller, changedSpec(specOf(source), request.spec ?? {}), resources)
    const { totalSteps } = runLength(resolved.spec, withoutUnknownClass(resolved.spec, resolved.facts).counts.train)
    if (totalSteps !== null && totalSteps <= checkpoint.step)
      throw invalidSpec([
        { pointer: '/budget', detail: `must be more than the ${checkpoint.step} steps that the checkpoint has` },
      ])
    const best = (await store.checkpoints(source.id)).find(({ kind }) => kind === 'best')
    return { resolved, best: best?.id ?? null }
  }

  return {
    /** @throws AppError `wrong_state` for a job without checkpoints, `invalid_spec` for changes that do not fit */
    async forkJob(
      caller: Caller,
      id: string,
      request: ForkRequest,
      forkId = newId('job', now()),
    ): Promise<SubmittedJob> {
      const { mode = 'weights', spec: changes = {} } = request
      const source = await foundJob(store, caller.teamId, id)
      const settings = { resources: shortened(source.resources), ...settingsOf(request) }
      if (source.kind !== 'fit')
        throw new AppError('wrong_state', `Job ${id} is a ${source.kind}; fork one of kind fit.`)
      const checkpoint = await chosen(caller, source, request)
      const lineage = { job: id, checkpoint: checkpoint.id, mode, specHash: source.specHash }
      if (mode === 'continue') {
        const { resolved, best } = await continued(caller, source, request, checkpoint)
        return submissions.create(caller, { id: forkId, settings, resolved, forkOf: { ...lineage, best } })
      }
      const model = { pretrained: { checkpoint: checkpoint.id } }
      const started = changedSpec(specOf(source), { model })
      const changed = changedSpec(started as unknown as ResolvedSpec, changes)
      const resolved = await submissions.resolve(caller, changed, settings.resources)
      return submissions.create(caller, { id: forkId, settings, resolved, forkOf: { ...lineage, best: null } })
    },
    /** How the spec of a job differs from that of another, or of the one that it was forked from. */
    async specDiff(caller: Caller, id: string, from?: string): Promise<SpecDiff> {
      const job = await foundJob(store, caller.teamId, id)
      const other = from ?? job.forkOf?.job
      if (other === undefined) throw refused('/from', `must be given: job ${id} is no fork`)
      const before = requireFound(await store.job(caller.teamId, other), 'job', other)
      const differences = specDifferences(before.spec, job.spec).map(({ pointer, a, b }) => ({
        pointer,
        ...(a === undefined ? {} : { from: a }),
        ...(b === undefined ? {} : { to: b }),
      }))
      return { from: other, differences }
    },
  }
}

const settingsOf = (request: ForkRequest): JobSettings =>
  Object.fromEntries(SETTING_NAMES.filter((name) => name in request).map((name) => [name, request[name]]))

const specOf = ({ spec, dataset, datasetVersion }: Job): ResolvedSpec => ({
  ...(spec as ResolvedSpec),
  dataset: versionId(dataset, datasetVersion),
})

function requireContinuable({ id, state, spec }: Job, { spec: changes = {} }: ForkRequest): void {
  if (!ENDED_STATES.includes(state))
    throw new AppError('wrong_state', `Job ${id} is ${state}; it can be continued once it has ended.`)
  const { stages = [] } = spec as ResolvedSpec
  if (stages.length > 1)
    throw invalidSpec([{ pointer: '/stages', detail: 'share the budget: such a run cannot be continued with another' }])
  const errors = Object.keys(changes)
    .filter((field) => !MAY_CHANGE.includes(field))
    .map((field) => ({
      pointer: `/${field}`,
      detail: `cannot change in a run that is continued; ${MAY_CHANGE.join(', ')} can`,
    }))
  if (errors.length > 0) throw invalidSpec(errors)
}

const refused = (pointer: string, detail: string): AppError =>
  new AppError('invalid_request', `${pointer.slice(1)} ${detail}.`, { errors: [{ pointer, detail }] })
