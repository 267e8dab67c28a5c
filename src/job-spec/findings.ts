/** What may be found of an image: an equal one, an equal one of another class, a nearly equal one in a later split, one colour only. */
export const FINDINGS = ['duplicate', 'conflict', 'near-duplicate', 'constant'] as const
export type Finding = (typeof FINDINGS)[number]
