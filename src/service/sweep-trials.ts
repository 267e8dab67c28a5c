import { setImmediate } from 'node:timers/promises'
import { AppError, type ErrorDetail } from '../errors.ts'
import { netSpec } from '../job-spec/policy-search.ts'
import { withParameters, type Parameters } from '../job-spec/space.ts'
import { requireEvenBatches } from './even-batches.ts'
import { newId } from './ids.ts'
import { shortNeeds } from './job-needs.ts'
import { likenessOf } from './likeness.ts'
import type { JobSpecs, KnownFacts } from './job-specs.ts'
import type { Caller } from './ports/caller.ts'
import type { NewSweep } from './ports/sweeps.ts'
import { pointsOf, taskOf } from './sweep-points.ts'
import type { SweepRequest } from './sweep-resources.ts'

/** Characters of the specs of all trials. */
const MAX_SPECS_LENGTH = 4_000_000
/** Mistakes that a refusal lists; more of them say nothing new. */
const MAX_MISTAKES = 20

interface Submission {
  id: string
  datasetId: string
  known: KnownFacts
  specs: JobSpecs
  now: () => number
}

/**
 * The jobs of a sweep, each with its resolved spec.
 * @throws AppError `invalid_spec` with the mistakes of all trials
 */
export async function newTrials(
  caller: Caller,
  request: SweepRequest,
  { id, datasetId, known, specs, now }: Submission,
): Promise<NewSweep['trials']> {
  const base = (): object => defaultsOf(() => specs.resolveDefaults(request.spec, known))
  const errors: ErrorDetail[] = []
  const trials: NewSweep['trials'] = []
  const points = pointsOf(request)
  requireSize(request.spec, points.length)
  for (const [i, parameters] of points.entries()) {
    // Other calls get their turn between two trials.
    await setImmediate()
    const name = `${request.name === '' ? id : request.name} #${i + 1}`
    const input = { ...withParameters(request.spec, parameters, base), name, dataset: datasetId }
    try {
      const { spec, hash, reasons, warnings } = await specs.resolve(caller, input, known)
      if (taskOf(request).kind === undefined) requireEvenBatches(spec, request.resources ?? {})
      if (request.kind === 'policy-search') netSpec(spec, { share: 1 })
      const job = {
        id: newId('job', now()),
        teamId: caller.teamId,
        datasetId,
        name,
        spec,
        specHash: hash,
        reasons,
        warnings,
        keyId: caller.keyId,
        priority: request.priority,
        resources: shortNeeds(request.resources ?? {}),
        submittedBy: caller.member?.email ?? null,
        likeness: likenessOf(spec, taskOf(request).kind),
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
    errors: errors.slice(0, MAX_MISTAKES),
  })
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
