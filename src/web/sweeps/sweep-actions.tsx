import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import type { SweepInfo } from '../../../clients/typescript/src/types.ts'
import { api, data } from '../api.ts'
import { Button, ButtonLink } from '../ui/button.tsx'
import { ConfirmDialog } from '../ui/dialog.tsx'
import { useToast } from '../ui/toast.tsx'

/** What can be done with a sweep: run its best trial again, cancel it, or delete it once it has ended. */
export function SweepActions({ sweep: { id, name, state, best } }: { sweep: SweepInfo }) {
  const queries = useQueryClient()
  const navigate = useNavigate()
  const toast = useToast()
  const [asked, setAsked] = useState<'cancel' | 'delete'>()
  const params = { path: { id } }
  const cancel = async (): Promise<void> => {
    await data(api.POST('/v1/sweeps/{id}/cancel', { params }))
    await queries.invalidateQueries({ queryKey: ['sweeps'] })
    toast.done('The sweep is canceled.')
  }
  const remove = async (): Promise<void> => {
    await data(api.DELETE('/v1/sweeps/{id}', { params }))
    queries.removeQueries({ queryKey: ['sweeps', id] })
    await navigate({ to: '/sweeps' })
    void queries.invalidateQueries({ queryKey: ['sweeps'] })
    toast.done('The sweep is deleted.')
  }
  const title = name || id
  return (
    <>
      {best !== null && (
        <ButtonLink to="/new-job" search={{ fork: best.job }}>
          Submit the best again
        </ButtonLink>
      )}
      {state === 'running' ? (
        <Button kind="danger" onClick={() => setAsked('cancel')}>
          Cancel
        </Button>
      ) : (
        <Button kind="danger" onClick={() => setAsked('delete')}>
          Delete
        </Button>
      )}
      <ConfirmDialog
        title={`Cancel ${title}?`}
        confirm="Cancel the sweep"
        danger
        open={asked === 'cancel'}
        onClose={() => setAsked(undefined)}
        onConfirm={cancel}
      >
        Trials that have not ended are canceled; what has ended is kept.
      </ConfirmDialog>
      <ConfirmDialog
        title={`Delete ${title}?`}
        confirm="Delete the sweep"
        danger
        open={asked === 'delete'}
        onClose={() => setAsked(undefined)}
        onConfirm={remove}
      >
        Its trials are deleted with it: their metrics, checkpoints and reports.
      </ConfirmDialog>
    </>
  )
}
