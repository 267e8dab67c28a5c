import { isDeepStrictEqual } from 'node:util'
import { AppError } from '../errors.ts'
import { baseCheckpointId } from '../job-spec/base-model.ts'
import { pretrainedOf, teachersOf } from '../job-spec/named-checkpoints.ts'
import { withRecipe } from '../job-spec/with-recipe.ts'
import type { ResolvedSpec } from '../job-spec/schema.ts'
import { allowingHost } from '../job-spec/weight-hosts.ts'
import { versionId } from './dataset-ref.ts'
import type { Caller } from './ports/caller.ts'
import type { Store } from './ports/store.ts'
import type { Job } from './resources.ts'

/** Weights come from the hub, from hosts that the operator allows, or from the team's own checkpoints. */
export function requireSource(spec: ResolvedSpec, weightHosts: readonly string[]): void {
  const pretrained = pretrainedOf(spec)
  if (typeof pretrained === 'string') return
  if ('file' in pretrained) throw refused('/model/pretrained/file', 'a file is taken by `anneal train` alone')
  if ('url' in pretrained) {
    if (!URL.canParse(pretrained.url) || allowingHost(new URL(pretrained.url), weightHosts) === undefined)
      throw refused('/model/pretrained/url', `must be an https address on one of ${weightHosts.join(', ')}`)
  }
}

/** The model of the checkpoint that a spec starts from. */
export async function baseModel(
  store: Store,
  caller: Caller,
  body: unknown,
): Promise<{ base?: ResolvedSpec['model'] }> {
  const id = baseCheckpointId(Object(withRecipe(body).input) as object)
  if (id === undefined) return {}
  const { spec } = await sourceJob(store, caller, { id, pointer: '/model/pretrained/checkpoint' })
  const { model } = (spec ?? {}) as Partial<ResolvedSpec>
  return model === undefined ? {} : { base: model }
}

/** A teacher is one of the team's checkpoints, and knows the classes of the data set. */
export async function requireTeachers(
  store: Store,
  caller: Caller,
  { spec, classes }: { spec: ResolvedSpec; classes: readonly string[] },
): Promise<void> {
  for (const teacher of teachersOf(spec)) {
    const { dataset, datasetVersion } = await sourceJob(store, caller, teacher)
    const taught = (await store.datasetClasses(caller.teamId, versionId(dataset, datasetVersion))) ?? []
    if (!isDeepStrictEqual(taught, [...classes]))
      throw refused(
        teacher.pointer,
        `it knows the classes ${taught.join(', ')}; the data set has ${classes.join(', ')}`,
      )
  }
}

/** The job that wrote a checkpoint of the team. */
async function sourceJob(
  store: Store,
  { teamId }: Caller,
  { id, pointer }: { id: string; pointer: string },
): Promise<Job> {
  const checkpoint = await store.checkpoint(teamId, id)
  const source = checkpoint === undefined ? undefined : await store.job(teamId, checkpoint.job)
  if (source === undefined) throw refused(pointer, `there is no checkpoint ${id}`)
  return source
}

const refused = (pointer: string, detail: string): AppError =>
  new AppError('invalid_spec', `The checkpoint or weights of ${pointer} cannot be used: ${detail}.`, {
    errors: [{ pointer, detail }],
  })
