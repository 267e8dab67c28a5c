import { AppError } from '../errors.ts'
import type { StoredModel } from './model-files.ts'
import { DEFAULT_ALIAS, parseModelRef, type ModelRef } from './model-ref.ts'
import type { Caller } from './ports/caller.ts'
import type { RegistryStore, StoredVersion } from './ports/registry.ts'
import type { AnsweringModel, RegisteredModel } from './registry-resources.ts'
import { requireFound } from './require-found.ts'

/** A version of a model with its weights, and what says which one it is. */
export interface NamedVersion {
  version: StoredVersion
  answering: AnsweringModel
  stored: StoredModel
}

/** The version that a reference means now. @throws AppError `not_found`; `wrong_state` for a model that has no version */
export async function namedVersion(
  { store }: { store: RegistryStore },
  { teamId }: Caller,
  text: string,
): Promise<NamedVersion> {
  const ref = parseModelRef(text)
  const model = requireFound(await store.model(teamId, ref.model), 'model', ref.model)
  const { number, alias } = numberOf(model, ref)
  const version = requireFound(await store.modelVersion(model.id, number), 'version', `${ref.model}:${number}`)
  return {
    version,
    answering: { id: model.id, name: model.name, version: number, alias, checkpoint: version.checkpoint },
    stored: { blobKey: version.blobKey, sha256: version.sha256, team: teamId },
  }
}

function numberOf(
  { name, aliases, newestVersion }: RegisteredModel,
  { version, alias }: ModelRef,
): { number: number; alias: string | null } {
  if (version !== undefined) return { number: version, alias: null }
  if (alias !== undefined) {
    const number = Object.hasOwn(aliases, alias) ? aliases[alias] : undefined
    if (number !== undefined) return { number, alias }
    const known = Object.keys(aliases)
    throw new AppError(
      'not_found',
      `Model ${name} has no alias ${alias}; it has ${known.length === 0 ? 'none' : known.join(', ')}.`,
    )
  }
  const champion = Object.hasOwn(aliases, DEFAULT_ALIAS) ? aliases[DEFAULT_ALIAS] : undefined
  if (champion !== undefined) return { number: champion, alias: DEFAULT_ALIAS }
  if (newestVersion === null) throw new AppError('wrong_state', `Model ${name} has no version yet; register one.`)
  return { number: newestVersion, alias: null }
}
