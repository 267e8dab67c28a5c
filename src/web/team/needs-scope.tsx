import { EmptyState } from '../ui/states.tsx'

/** In the place of what whoever is signed in may not see or do. */
export function NeedsAdmin({ what }: { what: string }) {
  return (
    <EmptyState title={`${what} for owners of the team.`}>
      It takes the scope <code>admin</code>, which owners have, and API keys that were made with it.
    </EmptyState>
  )
}
