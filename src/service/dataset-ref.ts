const REF = /^(ds_[a-z0-9]{1,48})(?:@([1-9]\d{0,8}))?$/
const MAX_LENGTH = 64

/** A data set at one of its versions; without a version, at the newest that is ready. */
export interface DatasetRef {
  id: string
  version?: number
}

/** What a text like `ds_0mfz3k2ab` or `ds_0mfz3k2ab@3` names; undefined for another text. */
export function parseDatasetRef(text: string): DatasetRef | undefined {
  const [, id, version] = (text.length <= MAX_LENGTH ? REF.exec(text) : undefined) ?? []
  if (id === undefined) return undefined
  return version === undefined ? { id } : { id, version: Number(version) }
}

/** The id of a version, by which jobs know it. */
export const versionId = (id: string, version: number): string => `${id}@${version}`

/** The data set of a version's id. */
export const datasetOfVersion = (id: string): string => id.split('@', 1)[0] ?? id

export const numberOfVersion = (id: string): number => Number(id.split('@')[1] ?? 1)
