/** How often a transfer that makes no progress is resumed. */
export const MAX_RESUMES = 4
export const RESUME_AFTER_MS = 250

export interface Fetching {
  /** Hosts that an address may name. */
  hosts: readonly string[]
  signal: AbortSignal
}

/** An ETag that says that bytes are equal; a weak one does not. */
export const strongTag = (tag: string | string[] | undefined): string | undefined =>
  typeof tag === 'string' && tag.startsWith('"') ? tag : undefined
