import { AppError } from '../errors.ts'
import { writtenCheckpoint } from '../spec/base-model.ts'
import { BARE, type DataFacts, type Surroundings } from '../spec/defaults.ts'
import { savedPolicyNames, type SavedPolicies } from '../spec/policies.ts'
import { pretrainedOf, resolveSpec, teachersOf, withRecipe, type Resolution } from '../spec/resolve.ts'
import type { ResolvedSpec } from '../spec/schema.ts'
import { allowingHost } from '../spec/weight-hosts.ts'
import type { Caller } from './ports/caller.ts'
import type { Store } from './ports/store.ts'
import type { Job } from './resources.ts'

/** Specs as a team submits them: against its own data sets and checkpoints. */
export interface JobSpecs {
  /** @throws AppError `not_found` or `wrong_state` for a data set that is not there or not ready */
  dataset(caller: Caller, body: unknown): Promise<{ datasetId: string; facts: DataFacts }>
  /** @throws AppError `invalid_spec` and the like, with pointers */
  resolve(caller: Caller, body: unknown, facts: DataFacts): Promise<Resolution>
  /** The spec with its defaults, whatever it names. */
  resolveDefaults(body: unknown, facts: DataFacts): ResolvedSpec
}

export interface JobSpecsDependencies {
  store: Store
  /** Hosts that a job's `pretrained.url` may name. */
  weightHosts: readonly string[]
  /** Of the machines that train, as far as they are known here. */
  surroundings?: () => Surroundings
}

const DATASET = /^(ds_[a-z0-9]{1,48})(?:@(\d{1,9}))?$/
/** A data set does not change: there is its first version, and no other. */
const VERSION = 1

/** @throws AppError `invalid_spec` for what is no id, and for another version than there is */
function datasetIdOf(named: string): string {
  const [, id, version] = DATASET.exec(named.slice(0, 100)) ?? []
  const refused = (detail: string): AppError =>
    new AppError('invalid_spec', `The data set of the spec cannot be used: /dataset ${detail}.`, {
      errors: [{ pointer: '/dataset', detail }],
    })
  if (id === undefined || named.length > 100)
    throw refused('must be the id of a data set, such as ds_0mfz3k2ab, or an id with a version, ID@1')
  if (version !== undefined && Number(version) !== VERSION)
    throw refused(`${id} has version ${VERSION} only, not ${version}`)
  return id
}

export function jobSpecs({ store, weightHosts, surroundings }: JobSpecsDependencies): JobSpecs {
  async function dataset(caller: Caller, body: unknown): ReturnType<JobSpecs['dataset']> {
    const named =
      typeof body === 'object' && body !== null && 'dataset' in body && typeof body.dataset === 'string'
        ? body.dataset
        : undefined
    if (named === undefined)
      throw new AppError('invalid_spec', 'A job names its data set.', {
        errors: [{ pointer: '/dataset', detail: 'must be the id of a data set' }],
      })
    const datasetId = datasetIdOf(named)
    const found = await store.dataset(caller.teamId, datasetId)
    if (found === undefined)
      throw new AppError('not_found', await whyNoDataset(caller, datasetId), {
        errors: [{ pointer: '/dataset', detail: 'must be the id of a data set' }],
      })
    const facts = await store.datasetFacts(caller.teamId, datasetId)
    if (facts === undefined)
      throw new AppError('wrong_state', `Data set ${datasetId} is ${found.state}; a job needs one that is ready.`, {
        retryable: found.state === 'ingesting',
      })
    return { datasetId, facts }
  }

  async function whyNoDataset({ teamId }: Caller, id: string): Promise<string> {
    return (await store.datasetDeleted(teamId, id)) ? `Data set ${id} was deleted.` : `There is no data set ${id}.`
  }

  /** Weights come from the hub, from hosts that the operator allows, or from the team's own checkpoints. */
  function requireSource(spec: ResolvedSpec): void {
    const pretrained = pretrainedOf(spec)
    if (typeof pretrained === 'string') return
    if ('file' in pretrained) throw refused('/model/pretrained/file', 'a file is taken by `anneal train` alone')
    if ('url' in pretrained) {
      if (!URL.canParse(pretrained.url) || allowingHost(new URL(pretrained.url), weightHosts) === undefined)
        throw refused('/model/pretrained/url', `must be an https address on one of ${weightHosts.join(', ')}`)
    }
  }

  /** The model of the checkpoint that a spec starts from. */
  async function baseModel(caller: Caller, body: unknown): Promise<{ base?: ResolvedSpec['model'] }> {
    const id = writtenCheckpoint(Object(withRecipe(body).input) as object)
    if (id === undefined) return {}
    const { spec } = await namedSource(caller, id, '/model/pretrained/checkpoint')
    const { model } = (spec ?? {}) as Partial<ResolvedSpec>
    return model === undefined ? {} : { base: model }
  }

  /** A teacher is one of the team's checkpoints, and knows the classes of the data set. */
  async function requireTeachers(caller: Caller, spec: ResolvedSpec, classes: readonly string[]): Promise<void> {
    for (const { id, pointer } of teachersOf(spec)) {
      const { dataset } = await namedSource(caller, id, pointer)
      const taught = (await store.datasetClasses(caller.teamId, dataset)) ?? []
      if (taught.join('\n') !== classes.join('\n'))
        throw refused(pointer, `it knows the classes ${taught.join(', ')}; the data set has ${classes.join(', ')}`)
    }
  }

  const refused = (pointer: string, detail: string): AppError =>
    new AppError('invalid_spec', `The checkpoint or weights of ${pointer} cannot be used: ${detail}.`, {
      errors: [{ pointer, detail }],
    })

  /** The job that a checkpoint of the team is of. */
  async function namedSource(caller: Caller, id: string, pointer: string): Promise<Job> {
    const checkpoint = await store.checkpoint(caller.teamId, id)
    const source = checkpoint === undefined ? undefined : await store.job(caller.teamId, checkpoint.job)
    if (source === undefined) throw refused(pointer, `there is no checkpoint ${id}`)
    return source
  }

  const around = (): Surroundings => surroundings?.() ?? BARE

  async function savedPolicies({ teamId }: Caller, body: unknown): Promise<SavedPolicies> {
    const names = savedPolicyNames(body)
    return names.length === 0 ? { policies: new Map(), names: [] } : store.savedPolicies(teamId, names)
  }

  return {
    dataset,
    resolveDefaults: (body, facts) => resolveSpec(body, facts, { ...around(), policies: 'unread' }).spec,
    async resolve(caller, body, facts) {
      const [base, policies] = [await baseModel(caller, body), await savedPolicies(caller, body)]
      const resolution = resolveSpec(body, facts, { ...around(), ...base, policies })
      requireSource(resolution.spec)
      await requireTeachers(caller, resolution.spec, facts.classes)
      return resolution
    },
  }
}
