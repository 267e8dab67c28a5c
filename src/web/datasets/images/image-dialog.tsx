import { ChevronLeft, ChevronRight } from 'lucide-react'
import { useEffect } from 'react'
import { count } from '../../format.ts'
import { Badge } from '../../ui/badge.tsx'
import { IconButton } from '../../ui/button.tsx'
import { Facts } from '../../ui/card.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Picture } from '../../ui/picture.tsx'
import type { Dataset, DatasetItem } from '../dataset-queries.ts'
import { SPLIT_NAMES } from '../splits.ts'
import { EditFields } from './edit-fields.tsx'
import './image-dialog.css'
import type { Change, Changes, Edit } from './pending-changes.ts'

interface ImageDialogProps {
  dataset: Dataset
  rows: readonly DatasetItem[]
  at: number
  changes: Changes
  onMove: (at: number) => void
  /** Absent where nothing can be changed. */
  onEdit: ((item: number, edit: Edit) => void) | undefined
  onClose: () => void
}

/** One image, large; the arrow keys lead to the ones before and after it. */
export function ImageDialog({ dataset, rows, at, changes, onMove, onEdit, onClose }: ImageDialogProps) {
  useEffect(() => {
    const press = ({ key, target }: KeyboardEvent): void => {
      if (target instanceof HTMLInputElement || target instanceof HTMLSelectElement) return
      const next = at + (key === 'ArrowLeft' ? -1 : key === 'ArrowRight' ? 1 : 0)
      if (next !== at && next >= 0 && next < rows.length) onMove(next)
    }
    // The dialog keeps arrow keys from whoever listens after it.
    window.addEventListener('keydown', press, { capture: true })
    return () => window.removeEventListener('keydown', press, { capture: true })
  }, [at, rows.length, onMove])
  const row = rows[at]
  if (row === undefined) return null
  const { item } = row
  const change = item === null ? undefined : changes.get(item)
  return (
    <Dialog title={row.file.split('/').at(-1) ?? row.file} open onClose={onClose} wide>
      <div className="image-dialog" role="group" aria-label="Image">
        <IconButton
          label="Previous image"
          icon={<ChevronLeft aria-hidden />}
          disabled={at === 0}
          onClick={() => onMove(at - 1)}
        />
        <div className="image-dialog-picture">
          <Picture
            key={item}
            src={`/v1/datasets/${dataset.id}@${dataset.version}/items/${item}/image`}
            alt={`${row.file}, ${row.class}`}
            ratio={1.4}
          />
        </div>
        <IconButton
          label="Next image"
          icon={<ChevronRight aria-hidden />}
          disabled={at === rows.length - 1}
          onClick={() => onMove(at + 1)}
        />
      </div>
      <p className="faint small" role="status">
        {count(at + 1)} of {count(rows.length)} shown
      </p>
      <ImageFacts row={row} change={change} />
      {onEdit !== undefined && item !== null && (
        <div className="row">
          <EditFields classes={dataset.classes ?? []} onEdit={(edit) => onEdit(item, edit)} />
        </div>
      )}
    </Dialog>
  )
}

function ImageFacts({ row, change }: { row: DatasetItem; change: Change | undefined }) {
  const { file, width, height, split, group, findings, sha256 } = row
  return (
    <Facts
      facts={[
        ['Class', change?.to === undefined ? row.class : `${row.class} → ${change.to}`],
        ['Split', split === null ? '–' : splitText(split, change)],
        ['Size', `${width} × ${height} pixels, as it is stored`],
        ...(findings.length === 0
          ? []
          : [
              [
                'Found',
                findings.map((finding) => (
                  <Badge key={finding} tone="warn">
                    {finding}
                  </Badge>
                )),
              ] as const,
            ]),
        ...(group === null ? [] : [['Group', group] as const]),
        ...(change?.remove ? [['Change', 'to be removed'] as const] : []),
        [
          'File',
          <span key="file" className="mono break">
            {file}
          </span>,
        ],
        [
          'SHA-256 of the pixels',
          <code key="hash" className="break">
            {sha256?.slice(0, 16)}…
          </code>,
        ],
      ]}
    />
  )
}

const splitText = (split: 'train' | 'val' | 'test', change: Change | undefined): string =>
  change?.split === undefined ? SPLIT_NAMES[split] : `${SPLIT_NAMES[split]} → ${SPLIT_NAMES[change.split]}`
