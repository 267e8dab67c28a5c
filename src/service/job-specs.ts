import { NO_HOST, type DatasetStatistics, type HostContext } from '../job-spec/defaults.ts'
import { savedPolicyNames, type SavedPolicies } from '../job-spec/policies.ts'
import { resolveSpec, type Resolution } from '../job-spec/resolve.ts'
import type { ResolvedSpec } from '../job-spec/schema.ts'
import type { Caller } from './ports/caller.ts'
import type { Store } from './ports/store.ts'
import { specDataset } from './spec-dataset.ts'
import { baseModel, requireSource, requireTeachers } from './spec-weights.ts'

/** Specs as a team submits them: against its own data sets and checkpoints. */
export interface JobSpecs {
  /** @throws AppError `not_found` or `wrong_state` for a data set that is not there or not ready */
  dataset(caller: Caller, body: unknown): Promise<{ datasetId: string; facts: DatasetStatistics }>
  /** @throws AppError `invalid_spec` and the like, with pointers */
  resolve(caller: Caller, body: unknown, known: KnownFacts): Promise<Resolution>
  /** The spec with its defaults, whatever it names. */
  resolveDefaults(body: unknown, known: KnownFacts): ResolvedSpec
}

/** What defaults follow from. */
export interface KnownFacts {
  facts: DatasetStatistics
  /** Where workers tell what the job will run on. */
  device?: HostContext['device'] | undefined
}

export interface JobSpecsDependencies {
  store: Store
  /** Hosts that a job's `pretrained.url` may name. */
  weightHosts: readonly string[]
  /** Of the machines that train, as far as they are known here. */
  hostContext?: () => HostContext
}

export function jobSpecs({ store, weightHosts, hostContext = () => NO_HOST }: JobSpecsDependencies): JobSpecs {
  async function savedPolicies({ teamId }: Caller, body: unknown): Promise<SavedPolicies> {
    const names = savedPolicyNames(body)
    return names.length === 0 ? { policies: new Map(), names: [] } : store.savedPolicies(teamId, names)
  }

  const contextOf = ({ device }: KnownFacts): HostContext => {
    const context = hostContext()
    return { ...context, device: device ?? context.device }
  }

  return {
    dataset: (caller, body) => specDataset(store, caller, body),
    resolveDefaults: (body, known) => resolveSpec(body, known.facts, { ...contextOf(known), policies: 'unread' }).spec,
    async resolve(caller, body, known) {
      const [base, policies] = [await baseModel(store, caller, body), await savedPolicies(caller, body)]
      const resolution = resolveSpec(body, known.facts, { ...contextOf(known), ...base, policies })
      requireSource(resolution.spec, weightHosts)
      await requireTeachers(store, caller, { spec: resolution.spec, classes: known.facts.classes })
      return resolution
    },
  }
}
