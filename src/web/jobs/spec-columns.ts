/** Ids of columns and groups that are fields of the spec. */
const SPEC = 'spec.'
export const isSpecField = (id: string): boolean => id.startsWith(SPEC)
export const specField = (path: string): string => SPEC + path
export const specPath = (id: string): string => id.slice(SPEC.length)
