import type { Reason } from '../service/resources.ts'

const MAX_DETAIL_CHARACTERS = 2000

/** A reason that the database can hold, without the paths of this machine. */
export function storableReason(reason: Reason, paths: readonly string[]): Reason {
  // UTF-8 has no lone surrogates, and jsonb no NUL.
  let detail = Buffer.from(reason.detail).toString().replaceAll('\0', '\ufffd')
  for (const path of paths) if (path.length > 1) detail = detail.replaceAll(path, '…')
  return {
    ...reason,
    detail: detail.length > MAX_DETAIL_CHARACTERS ? `${detail.slice(0, MAX_DETAIL_CHARACTERS)}…` : detail,
  }
}
