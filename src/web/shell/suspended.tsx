import { Page } from '../ui/page.tsx'
import { EmptyState } from '../ui/states.tsx'

/** What a team sees that an operator has suspended. */
export function Suspended({ name }: { name: string }) {
  return (
    <Page title="Team suspended" narrow>
      <EmptyState title={`${name} is suspended.`}>
        Running jobs finish, and queued ones wait. An operator of this service can end the suspension.
      </EmptyState>
    </Page>
  )
}
