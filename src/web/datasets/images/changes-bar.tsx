import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { api, data } from '../../api.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { ErrorState } from '../../ui/states.tsx'
import { useToast } from '../../ui/toast.tsx'
import type { Dataset } from '../dataset-queries.ts'
import { SPLIT_NAMES } from '../splits.ts'
import './changes-bar.css'
import { requestOf, summaryOf, without, type Change, type Changes } from './pending-changes.ts'

const MAX_LISTED = 200

interface ChangesBarProps {
  dataset: Dataset
  changes: Changes
  onChange: (changes: Changes) => void
}

/** Changes that were gathered, to be applied at once: they make a version. */
export function ChangesBar({ dataset, changes, onChange }: ChangesBarProps) {
  const [isOpen, setOpen] = useState(false)
  if (changes.size === 0) return null
  return (
    <div className="changes-bar" role="region" aria-label="Changes">
      <span role="status">{summaryOf(changes)}: not applied yet.</span>
      <div className="row">
        <Button kind="primary" onClick={() => setOpen(true)}>
          Review and apply
        </Button>
        <Button onClick={() => onChange(new Map())}>Discard</Button>
      </div>
      {isOpen && <Review dataset={dataset} changes={changes} onChange={onChange} onClose={() => setOpen(false)} />}
    </div>
  )
}

function Review({ dataset, changes, onChange, onClose }: ChangesBarProps & { onClose: () => void }) {
  const { id, version } = dataset
  const queries = useQueryClient()
  const navigate = useNavigate()
  const toast = useToast()
  const apply = useMutation({
    mutationFn: () =>
      data(api.POST('/v1/datasets/{id}/versions', { params: { path: { id } }, body: requestOf(changes, version) })),
    onSuccess: async (made) => {
      onChange(new Map())
      toast.done(`Version ${made.version} is being made.`)
      await queries.invalidateQueries({ queryKey: ['datasets', id] })
      await navigate({ to: '/datasets/$id', params: { id }, search: { tab: 'versions' } })
    },
  })
  const all = [...changes.values()]
  return (
    <Dialog title="Make a version of these changes" open onClose={onClose} wide>
      <p>
        {summaryOf(changes)}. Version {version} stays as it is; jobs that trained on it are not touched.
      </p>
      <ul className="plain stack tight changes-list" tabIndex={0} aria-label="All changes">
        {all.slice(0, MAX_LISTED).map((change) => (
          <li key={change.image.item} className="row spread">
            <span className="break">
              <span className="mono">{change.image.file}</span> {wordsOf(change)}
            </span>
            <Button
              size="small"
              aria-label={`Undo the change of ${change.image.file}`}
              onClick={() => onChange(without(changes, [change.image.item]))}
            >
              Undo
            </Button>
          </li>
        ))}
        {all.length > MAX_LISTED && <li className="faint">and {all.length - MAX_LISTED} more</li>}
      </ul>
      {apply.isError && <ErrorState error={apply.error} />}
      <div className="row end">
        <Button onClick={onClose}>Go on choosing</Button>
        <Button kind="primary" busy={apply.isPending} onClick={() => apply.mutate()}>
          Make the version
        </Button>
      </div>
    </Dialog>
  )
}

function wordsOf({ image, remove, to, split }: Change): string {
  if (remove) return 'is removed'
  const words = [
    ...(to === undefined ? [] : [`${image.class} → ${to}`]),
    ...(split === undefined ? [] : [`${SPLIT_NAMES[image.split]} → ${SPLIT_NAMES[split]}`]),
  ]
  return words.join(', ')
}
