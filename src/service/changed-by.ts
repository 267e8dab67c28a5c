import type { ChangedBy } from './ports/audit.ts'
import type { Caller } from './ports/caller.ts'

/** Who a caller is in the audit log: the person where it is one, else the key. */
export function changedBy({ member, keyId, name, requestId }: Caller): ChangedBy {
  const ownKey = keyId.startsWith('key_') ? keyId : null
  return {
    kind: member === undefined ? 'key' : 'person',
    id: member?.personId ?? keyId,
    name: member?.email ?? name ?? keyId,
    keyId: ownKey,
    requestId: requestId ?? null,
  }
}
