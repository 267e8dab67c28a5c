import { data } from '../api.ts'
import { useChange } from '../shared/use-change.ts'
import { Button } from '../ui/button.tsx'
import { ConfirmDialog } from '../ui/dialog.tsx'
import { operatorApi } from './operator.ts'
import type { Worker } from './workers.tsx'

const KEYS = [
  ['admin', 'workers'],
  ['admin', 'queue'],
]

export function WorkerActions({ worker, drain }: { worker: Worker; drain: (worker: Worker) => void }) {
  const { id, name, state } = worker
  const params = { path: { id } }
  const cordon = useChange(() => data(operatorApi.POST('/v1/admin/workers/{id}/cordon', { params })), {
    keys: KEYS,
    done: `${name} claims nothing new.`,
  })
  const uncordon = useChange(() => data(operatorApi.POST('/v1/admin/workers/{id}/uncordon', { params })), {
    keys: KEYS,
    done: `${name} claims jobs again.`,
  })
  if (state === 'draining') return <span className="faint">ends with its work</span>
  return (
    <div className="row">
      {state === 'active' ? (
        <Button size="small" aria-label={`Cordon ${name}`} busy={cordon.isPending} onClick={() => cordon.mutate()}>
          Cordon
        </Button>
      ) : (
        <Button
          size="small"
          aria-label={`Uncordon ${name}`}
          busy={uncordon.isPending}
          onClick={() => uncordon.mutate()}
        >
          Uncordon
        </Button>
      )}
      <Button size="small" aria-label={`Drain ${name}`} onClick={() => drain(worker)}>
        Drain
      </Button>
    </div>
  )
}

export function DrainDialog({ worker, onClose }: { worker: Worker | undefined; onClose: () => void }) {
  const id = worker?.id ?? ''
  const drain = useChange(() => data(operatorApi.POST('/v1/admin/workers/{id}/drain', { params: { path: { id } } })), {
    keys: KEYS,
    done: `${worker?.name ?? ''} ends when its work has ended.`,
    quiet: true,
  })
  return (
    <ConfirmDialog
      title={`Drain ${worker?.name ?? ''}?`}
      confirm="Drain"
      danger
      open={worker !== undefined}
      onClose={onClose}
      onConfirm={() => drain.mutateAsync()}
    >
      It claims nothing new, and its process ends when what it works on has ended. That cannot be taken back; to keep it
      from new work for a while, cordon it.
    </ConfirmDialog>
  )
}
