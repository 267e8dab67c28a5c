import { useQueryClient } from '@tanstack/react-query'
import { chooseTeam, type Session } from '../session.ts'
import { Button } from '../ui/button.tsx'
import { Page } from '../ui/page.tsx'
import { EmptyState } from '../ui/states.tsx'

/** Somebody of several teams says first which one they work in. */
export function TeamChoice({ session: { teams } }: { session: Session }) {
  const queries = useQueryClient()
  return (
    <Page title="Choose a team" narrow>
      {teams.length === 0 && (
        <EmptyState title="You belong to no team.">Ask an administrator of a team to invite you.</EmptyState>
      )}
      <ul className="plain stack tight">
        {teams.map(({ id, name, role }) => (
          <li key={id}>
            <Button onClick={() => chooseTeam(queries, id)}>
              {name} <span className="faint">({role})</span>
            </Button>
          </li>
        ))}
      </ul>
    </Page>
  )
}
