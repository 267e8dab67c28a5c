import { useState } from 'react'
import { data } from '../api.ts'
import { useChange } from '../shared/use-change.ts'
import { Button } from '../ui/button.tsx'
import { ConfirmDialog } from '../ui/dialog.tsx'
import { operatorApi } from './operator.ts'
import type { TeamDoing, TeamOverview } from './teams.tsx'

/** Only a suspended team can be deleted. */
export function TeamActions({ team, start }: { team: TeamOverview; start: (doing: TeamDoing) => void }) {
  const [isSuspending, setSuspending] = useState(false)
  const { id, name, suspendedAt } = team
  const params = { path: { id } }
  const keys = [
    ['admin', 'teams'],
    ['admin', 'queue'],
  ]
  const suspend = useChange(() => data(operatorApi.POST('/v1/admin/teams/{id}/suspend', { params })), {
    keys,
    done: `${name} is suspended.`,
    quiet: true,
  })
  const resume = useChange(() => data(operatorApi.POST('/v1/admin/teams/{id}/resume', { params })), {
    keys,
    done: `${name} may work again.`,
  })
  return (
    <div className="row">
      <Button size="small" aria-label={`Quota of ${name}`} onClick={() => start({ what: 'quota', team })}>
        Quota
      </Button>
      {suspendedAt === null ? (
        <Button size="small" aria-label={`Suspend ${name}`} onClick={() => setSuspending(true)}>
          Suspend
        </Button>
      ) : (
        <>
          <Button size="small" aria-label={`Resume ${name}`} busy={resume.isPending} onClick={() => resume.mutate()}>
            Resume
          </Button>
          <Button size="small" aria-label={`Delete ${name}`} onClick={() => start({ what: 'delete', team })}>
            Delete
          </Button>
        </>
      )}
      <ConfirmDialog
        title={`Suspend ${name}?`}
        confirm="Suspend the team"
        danger
        open={isSuspending}
        onClose={() => setSuspending(false)}
        onConfirm={() => suspend.mutateAsync()}
      >
        Its keys and members are refused from now on. Running jobs finish; what is queued waits until the team is
        resumed.
      </ConfirmDialog>
    </div>
  )
}
