import { useState, type ReactNode } from 'react'
import { count, counted } from '../../format.ts'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import type { IngestReport } from '../dataset-queries.ts'
import { SPLIT_NAMES } from '../splits.ts'

const SHOWN = 5

/** The first of a list, and all of it for who wants them. */
function Some<T>({ items, of, draw }: { items: readonly T[]; of: number; draw: (item: T, i: number) => ReactNode }) {
  const [isWhole, setWhole] = useState(false)
  return (
    <>
      <ul className="plain stack tight">{(isWhole ? items : items.slice(0, SHOWN)).map(draw)}</ul>
      {items.length > SHOWN && (
        <div className="row">
          <Button size="small" onClick={() => setWhole(!isWhole)}>
            {isWhole ? `Show ${SHOWN}` : `Show ${count(items.length)}`}
          </Button>
          {isWhole && items.length < of && <span className="faint small">The first of {count(of)}.</span>}
        </div>
      )}
    </>
  )
}

const File = ({ name }: { name: string }) => <span className="mono break">{name}</span>

export function Duplicates({ report: { duplicates } }: { report: IngestReport }) {
  if (duplicates.count === 0) return null
  return (
    <Card title="Equal images">
      <p>
        {counted(duplicates.count, 'image has', 'images have')} the pixels of an earlier one. They stay together in one
        split.
      </p>
      <Some
        items={duplicates.groups}
        of={duplicates.count}
        draw={(group) => (
          <li key={group[0]}>
            {group.map((file, i) => (
              <span key={file}>
                {i > 0 && ' = '}
                <File name={file} />
              </span>
            ))}
          </li>
        )}
      />
    </Card>
  )
}

export function Conflicts({ report: { conflicts } }: { report: IngestReport }) {
  if (conflicts.count === 0) return null
  return (
    <Card title="Equal images of several classes">
      <p>
        {counted(conflicts.count, 'image')} with equal pixels {conflicts.count === 1 ? 'has' : 'have'} more than one
        class: at most one of them can be right.
      </p>
      <Some
        items={conflicts.groups}
        of={conflicts.count}
        draw={(group) => (
          <li key={group[0]?.file} className="row">
            {group.map(({ file, label }) => (
              <span key={file}>
                <File name={file} /> <Badge>{label}</Badge>
              </span>
            ))}
          </li>
        )}
      />
    </Card>
  )
}

export function Leaks({ title, found, what }: { title: string; found: IngestReport['leaks']; what: string }) {
  if (found.count === 0) return null
  return (
    <Card title={title}>
      <p>
        {counted(found.count, 'pair')}. {what}
      </p>
      <Some
        items={found.pairs}
        of={found.count}
        draw={({ file, split, other, otherSplit }) => (
          <li key={`${file} ${other}`} className="row">
            <File name={file} /> <Badge>{SPLIT_NAMES[split]}</Badge> and <File name={other} />{' '}
            <Badge>{SPLIT_NAMES[otherSplit]}</Badge>
          </li>
        )}
      />
    </Card>
  )
}
