import { useQueryClient } from '@tanstack/react-query'
import { chooseTeam, signOut, type Session } from '../session.ts'
import { Badge } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { Page } from '../ui/page.tsx'
import { EmptyState } from '../ui/states.tsx'
import { useToast } from '../ui/toast.tsx'
import './sign-in.css'

/** Somebody of several teams says first which one they work in. */
export function TeamChoice({ session: { teams } }: { session: Session }) {
  const queries = useQueryClient()
  const toast = useToast()
  if (teams.length === 0)
    return (
      <Page title="No team" narrow>
        <EmptyState
          title="You belong to no team any more."
          action={<Button onClick={() => void signOut(queries).catch(toast.error)}>Sign out</Button>}
        >
          Ask an owner of a team to invite you, and sign in again.
        </EmptyState>
      </Page>
    )
  return (
    <Page title="Choose a team" narrow>
      <p className="faint">You can change it later in the menu at the top right.</p>
      <ul className="plain stack tight team-choice">
        {teams.map(({ id, name, role, suspended }) => (
          <li key={id}>
            <Button onClick={() => chooseTeam(queries, id)} disabled={suspended}>
              <span className="break">{name}</span>
              {suspended ? <Badge tone="warn">suspended</Badge> : <span className="faint">{role}</span>}
            </Button>
          </li>
        ))}
      </ul>
    </Page>
  )
}
