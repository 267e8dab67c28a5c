import type { ShareStore } from './ports/registry.ts'
import type { SharedBy } from './resources.ts'

/** With the names of the teams that share some of them. */
export async function withOwners<T extends { sharedBy: SharedBy }>(
  store: ShareStore,
  teamId: string,
  items: readonly T[],
): Promise<T[]> {
  const owners = items.flatMap(({ sharedBy }) => (sharedBy === null ? [] : [sharedBy.team]))
  if (owners.length === 0) return [...items]
  const names = await store.namesOfSharing(teamId, [...new Set(owners)])
  return items.map((item) => {
    const { sharedBy } = item
    return sharedBy === null
      ? item
      : { ...item, sharedBy: { ...sharedBy, name: names.get(sharedBy.team) ?? sharedBy.team } }
  })
}
