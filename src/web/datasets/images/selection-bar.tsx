import { counted } from '../../format.ts'
import { Button } from '../../ui/button.tsx'
import type { Dataset } from '../dataset-queries.ts'
import { EditFields } from './edit-fields.tsx'
import type { Edit } from './pending-changes.ts'

interface SelectionBarProps {
  dataset: Dataset
  chosen: ReadonlySet<number>
  onAll: () => void
  onNone: () => void
  onEdit: (edit: Edit) => void
}

/** What to do with the images that are chosen. */
export function SelectionBar({ dataset, chosen, onAll, onNone, onEdit }: SelectionBarProps) {
  return (
    <div className="row" role="group" aria-label="Chosen images">
      <Button size="small" onClick={onAll}>
        Choose all that are shown
      </Button>
      {chosen.size > 0 && (
        <>
          <Button size="small" onClick={onNone}>
            Choose none
          </Button>
          <span role="status">{counted(chosen.size, 'image')} chosen</span>
          <EditFields classes={dataset.classes ?? []} onEdit={onEdit} />
        </>
      )}
    </div>
  )
}
