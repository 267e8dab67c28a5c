import { AppError } from '../errors.ts'

/** A model by its name or id, at a version or alias; without either at `champion`, where there is one, else at its newest version. */
export interface ModelRef {
  model: string
  version?: number
  alias?: string
}

export const DEFAULT_ALIAS = 'champion'
const REF = /^([A-Za-z0-9][A-Za-z0-9._-]{0,63})(?::([1-9]\d{0,8})|@([A-Za-z][A-Za-z0-9._-]{0,63}))?$/

/** What `pets`, `pets:3` or `pets@champion` names. @throws AppError `not_found` for another text */
export function parseModelRef(text: string): ModelRef {
  const [, model, version, alias] = REF.exec(text) ?? []
  if (model === undefined)
    throw new AppError('not_found', `There is no such model; NAME, NAME:VERSION or NAME@ALIAS is expected.`)
  return {
    model,
    ...(version === undefined ? {} : { version: Number(version) }),
    ...(alias === undefined ? {} : { alias }),
  }
}
