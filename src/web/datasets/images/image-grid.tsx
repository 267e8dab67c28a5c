import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { useCallback, useState } from 'react'
import { Checkbox } from '../../ui/field.tsx'
import { Picture } from '../../ui/picture.tsx'
import type { DatasetItem } from '../dataset-queries.ts'
import { SPLIT_NAMES } from '../splits.ts'
import './image-grid.css'
import type { Change, Changes } from './pending-changes.ts'

const THUMBNAIL = 256
const MIN_CELL = 132
const GAP = 10
/** Of the two lines below a thumbnail. */
const CAPTION = 46

interface ImageGridProps {
  /** ID@VERSION. */
  of: string
  rows: readonly DatasetItem[]
  changes: Changes
  chosen: ReadonlySet<number>
  /** Absent where nothing can be changed. */
  onChoose: ((chosen: ReadonlySet<number>) => void) | undefined
  onOpen: (index: number) => void
}

/** Any number of images, of which only those near the window are in the document. */
export function ImageGrid({ of, rows, changes, chosen, onChoose, onOpen }: ImageGridProps) {
  const [{ width, top }, setPlace] = useState({ width: 0, top: 0 })
  const columns = Math.max(2, Math.floor((width + GAP) / (MIN_CELL + GAP)))
  const cell = (width - (columns - 1) * GAP) / columns
  const height = cell + CAPTION
  const near = useWindowVirtualizer({
    count: width === 0 ? 0 : Math.ceil(rows.length / columns),
    estimateSize: () => height + GAP,
    overscan: 3,
    scrollMargin: top,
    getItemKey: (index) => `${columns} ${width} ${index}`,
  })
  const measure = useCallback((grid: HTMLElement | null) => {
    if (grid === null) return undefined
    const look = (): void =>
      setPlace({ width: grid.clientWidth, top: grid.getBoundingClientRect().top + window.scrollY })
    const observer = new ResizeObserver(look)
    observer.observe(grid)
    return () => observer.disconnect()
  }, [])
  const choose = (item: number, isChosen: boolean): void => {
    const next = new Set(chosen)
    if (isChosen) next.add(item)
    else next.delete(item)
    onChoose?.(next)
  }
  return (
    <div ref={measure} className="image-grid" role="group" aria-label="Images" style={{ height: near.getTotalSize() }}>
      {near.getVirtualItems().map(({ key, index, start }) => (
        <div
          key={key}
          className="image-row"
          style={{
            gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))`,
            transform: `translateY(${start - near.options.scrollMargin}px)`,
          }}
        >
          {rows.slice(index * columns, (index + 1) * columns).map((row, i) => (
            <Cell
              key={row.item}
              of={of}
              row={row}
              change={changes.get(row.item ?? -1)}
              isChosen={chosen.has(row.item ?? -1)}
              onChoose={onChoose === undefined ? undefined : (on) => choose(row.item ?? -1, on)}
              onOpen={() => onOpen(index * columns + i)}
            />
          ))}
        </div>
      ))}
    </div>
  )
}

interface CellProps {
  of: string
  row: DatasetItem
  change: Change | undefined
  isChosen: boolean
  onChoose: ((isChosen: boolean) => void) | undefined
  onOpen: () => void
}

function Cell({ of, row, change, isChosen, onChoose, onOpen }: CellProps) {
  const split = change?.split ?? row.split
  return (
    <div className="image-cell" data-chosen={isChosen || undefined} data-removed={change?.remove}>
      <button type="button" className="image-open" onClick={onOpen} aria-label={`Look at ${row.file}`}>
        <Picture src={`/v1/datasets/${of}/items/${row.item}/image?size=${THUMBNAIL}`} alt="" />
      </button>
      {onChoose !== undefined && (
        <Checkbox label={`Choose ${row.file}`} hideLabel checked={isChosen} onChange={onChoose} />
      )}
      <span className="image-caption clip" title={row.file}>
        {change?.to === undefined ? row.class : `${row.class} → ${change.to}`}
      </span>
      <span className="image-caption faint clip">
        {change?.remove ? 'to be removed' : split === null ? '' : SPLIT_NAMES[split].toLowerCase()}
        {change?.remove !== true && row.findings.length > 0 && `, ${row.findings.join(', ')}`}
      </span>
    </div>
  )
}
