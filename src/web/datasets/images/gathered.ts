import { useCallback, useSyncExternalStore } from 'react'
import type { Changes } from './pending-changes.ts'

const NONE: Changes = new Map()
const gathered = new Map<string, Changes>()
const listeners = new Set<() => void>()

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}

/** Changes of a version that are not applied yet. They outlast a look at another page. */
export function useGathered(version: string): [changes: Changes, set: (changes: Changes) => void] {
  const changes = useSyncExternalStore(subscribe, () => gathered.get(version) ?? NONE)
  const set = useCallback(
    (next: Changes): void => {
      if (next.size === 0) gathered.delete(version)
      else gathered.set(version, next)
      for (const listener of listeners) listener()
    },
    [version],
  )
  return [changes, set]
}
