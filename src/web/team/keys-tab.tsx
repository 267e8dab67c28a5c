import { useTeam } from '../shared/use-team.ts'
import { Keys } from './keys.tsx'
import { OWN_KEYS, TEAM_KEYS } from './key-calls.ts'
import { NeedsAdmin } from './needs-scope.tsx'

/** The keys of the person who is signed in, and those of the team. */
export function KeysTab() {
  const { session, may } = useTeam()
  const isPerson = session !== null && session.person !== null
  return (
    <>
      {isPerson && (
        <Keys
          title="Your API keys"
          intro="They may do no more than you, and go when you leave the team."
          calls={OWN_KEYS}
        />
      )}
      {may('admin') ? (
        <Keys
          title="API keys of the team"
          intro="For programs. New ones belong to nobody, so that they stay when people leave."
          calls={TEAM_KEYS}
        />
      ) : (
        <NeedsAdmin what="The keys of the whole team are" />
      )}
    </>
  )
}
