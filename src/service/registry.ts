import { AppError } from '../errors.ts'
import { changedBy } from './changed-by.ts'
import type { ModelServiceDependencies } from './dependencies.ts'
import { newId } from './ids.ts'
import { modelCard } from './model-card.ts'
import { lineageOf } from './model-lineage.ts'
import { withOwners } from './shared-by.ts'
import type { Caller, PageRequest } from './ports/caller.ts'
import type { StoredVersion } from './ports/registry.ts'
import type { Store } from './ports/store.ts'
import type {
  By,
  ModelChanges,
  ModelVersion,
  ModelVersionWithLineage,
  NewModel,
  NewModelVersion,
  Promotion,
  RegisteredModel,
} from './registry-resources.ts'
import { foundJob, requireFound } from './require-found.ts'
import type { Checkpoint, Page } from './resources.ts'

const MAX_MODELS = 1000

/** Models by name: versions that point at checkpoints, and aliases that point at versions. One function: a use case after the other over the same ports. */
export function registryService(dependencies: ModelServiceDependencies & { now: () => number }) {
  const { store, now } = dependencies
  const own = (caller: Caller, name: string) => ownModel(store, caller, name)
  const model = (caller: Caller, name: string) => readableModel(store, caller, name)
  const version = async (caller: Caller, name: string, number: number) => {
    const found = await model(caller, name)
    const stored = await store.modelVersion(found.id, number)
    return { model: found, version: requireFound(stored, 'version', `${name}:${number}`) }
  }
  const promoted = async (
    caller: Caller,
    name: string,
    { alias, to, reason }: { alias: string; to: number | null; reason: string },
  ): Promise<Promotion> => {
    const { id } = await own(caller, name)
    const promotion = { id: newId('promo', now()), alias, to, reason, by: byOf(caller) }
    const what = to === null ? 'alias' : 'version'
    return requireFound(await store.promote(caller.teamId, id, promotion), what, to === null ? alias : `${name}:${to}`)
  }

  return {
    registeredModel: model,
    async registeredModels(caller: Caller, page: PageRequest): Promise<Page<RegisteredModel>> {
      const { data, nextCursor } = await store.models(caller.teamId, page)
      return { data: await withOwners(store, caller.teamId, data), nextCursor }
    },
    createModel: (
      { teamId }: Caller,
      { name, description = '', card = {} }: NewModel,
      id = newId('model', now()),
    ): Promise<RegisteredModel> => store.createModel(teamId, { id, name, description, card }, MAX_MODELS),
    async updateModel(caller: Caller, name: string, changes: ModelChanges): Promise<RegisteredModel> {
      const { id, card } = await own(caller, name)
      const merged = changes.card === undefined ? {} : { card: { ...card, ...changes.card } }
      await store.updateModel(caller.teamId, id, { ...changes, ...merged })
      return model(caller, name)
    },
    async deleteModel(caller: Caller, name: string): Promise<void> {
      const { id } = await own(caller, name)
      requireFound((await store.deleteModel(caller.teamId, id)) || undefined, 'model', name)
    },
    async registerVersion(caller: Caller, name: string, request: NewModelVersion): Promise<ModelVersionWithLineage> {
      const { id: modelId } = await own(caller, name)
      const checkpoint = await requestedCheckpoint(store, caller, request)
      const job = await foundJob(store, caller.teamId, checkpoint.job)
      const made = await lineageOf(dependencies, caller, { checkpoint, job })
      const number = await store.registerVersion(caller.teamId, modelId, {
        id: newId('mv', now()),
        checkpoint,
        description: request.description ?? '',
        ...made,
        by: byOf(caller),
      })
      return publicVersion((await version(caller, name, requireFound(number, 'model', name))).version)
    },
    async modelVersions(caller: Caller, name: string, page: PageRequest): Promise<Page<ModelVersion>> {
      return store.modelVersions((await model(caller, name)).id, page)
    },
    modelVersion: async (caller: Caller, name: string, number: number): Promise<ModelVersionWithLineage> =>
      publicVersion((await version(caller, name, number)).version),
    async deleteModelVersion(caller: Caller, name: string, number: number): Promise<void> {
      const { id } = await own(caller, name)
      const removed = await store.deleteModelVersion(caller.teamId, id, number)
      requireFound(removed || undefined, 'version', `${name}:${number}`)
    },
    promote: (
      caller: Caller,
      name: string,
      alias: string,
      { version: to, reason }: { version: number; reason: string },
    ): Promise<Promotion> => promoted(caller, name, { alias, to, reason }),
    async removeAlias(caller: Caller, name: string, alias: string, reason = ''): Promise<void> {
      await promoted(caller, name, { alias, to: null, reason })
    },
    async promotions(caller: Caller, name: string, page: PageRequest): Promise<Page<Promotion>> {
      return store.promotions((await model(caller, name)).id, page)
    },
    async modelCard(caller: Caller, name: string, number: number): Promise<string> {
      const found = await version(caller, name, number)
      return modelCard(found.model, found.version)
    },
  }
}

/** Who calls, as it is kept with what they do. */
export function byOf(caller: Caller): By {
  const { kind, id, name } = changedBy(caller)
  return { kind, id, name }
}

/** Own or shared. @throws AppError `not_found` */
export async function readableModel(store: Store, caller: Caller, name: string): Promise<RegisteredModel> {
  const found = requireFound(await store.model(caller.teamId, name), 'model', name)
  const [named] = await withOwners(store, caller.teamId, [found])
  return named ?? found
}

/** One that the team may change. @throws AppError `not_found`, `forbidden` for one that another team shares */
export async function ownModel(store: Store, caller: Caller, name: string): Promise<RegisteredModel> {
  const found = await readableModel(store, caller, name)
  if (found.sharedBy === null) return found
  throw new AppError(
    'forbidden',
    `Model ${found.name} is shared by team ${found.sharedBy.name}: it can be read and used, and not changed.`,
  )
}

/** @throws AppError `invalid_request` where not one of `checkpoint` and `job` is given; `not_found`, `wrong_state` for a job without checkpoints */
async function requestedCheckpoint(
  store: Store,
  { teamId }: Caller,
  { checkpoint, job }: NewModelVersion,
): Promise<Checkpoint & { blobKey: string }> {
  if ((checkpoint === undefined) === (job === undefined)) {
    const detail = 'or /job must be given, and one of them only'
    throw new AppError('invalid_request', `The body is not valid: /checkpoint ${detail}.`, {
      errors: [{ pointer: '/checkpoint', detail }],
    })
  }
  const id = checkpoint ?? (await bestOf(store, teamId, job ?? ''))
  return requireFound(await store.checkpoint(teamId, id), 'checkpoint', id)
}

/** The checkpoint of a job that its report is of, else the best, else another. */
async function bestOf(store: Store, teamId: string, jobId: string): Promise<string> {
  const { state } = await foundJob(store, teamId, jobId)
  const all = await store.checkpoints(jobId)
  const report = (await store.report(teamId, jobId)) as { weights?: string } | undefined | null
  const order = [report?.weights, 'best', 'averaged', 'last']
  const [chosen] = order.flatMap((kind) => all.filter((each) => each.kind === kind))
  if (chosen === undefined) throw new AppError('wrong_state', `Job ${jobId} is ${state} and has no checkpoint yet.`)
  return chosen.id
}

/** Without where its file is. */
function publicVersion({ model, version, checkpoint, job, lineage, ...rest }: StoredVersion): ModelVersionWithLineage {
  const { description, aliases, sizeBytes, sha256, metrics, registeredBy, createdAt } = rest
  const facts = { description, aliases, sizeBytes, sha256, metrics, registeredBy, createdAt }
  return { model, version, checkpoint, job, ...facts, lineage }
}
