import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { count } from '../../format.ts'
import { BarChart } from '../../ui/bar-chart.tsx'
import { Card } from '../../ui/card.tsx'
import { SelectField, TextField } from '../../ui/field.tsx'
import type { IngestReport } from '../dataset-queries.ts'

type Class = IngestReport['classes'][number]

const ORDERS = [
  { value: 'most', label: 'most images first' },
  { value: 'fewest', label: 'fewest images first' },
  { value: 'name', label: 'by name' },
]
/** Classes that are drawn before somebody wants all of them. */
const MAX_SHOWN = 50

interface ClassesProps {
  id: string
  version: number
  classes: readonly Class[]
}

export function Classes({ id, version, classes }: ClassesProps) {
  const [order, setOrder] = useState('most')
  const [text, setText] = useState('')
  const [isWhole, setWhole] = useState(false)
  const wanted = text.trim().toLowerCase()
  const found = sorted(
    classes.filter(({ name }) => name.toLowerCase().includes(wanted)),
    order,
  )
  const shown = isWhole ? found : found.slice(0, MAX_SHOWN)
  const [only] = found
  return (
    <Card title="Classes">
      <div className="row">
        <TextField label="Find a class" type="search" value={text} onChange={setText} />
        <SelectField label="Order" options={ORDERS} value={order} onChange={setOrder} />
      </div>
      {found.length === 0 ? (
        <p className="faint">No class is called so.</p>
      ) : (
        <>
          <BarChart
            label="Images per class"
            noun="Class"
            bars={shown.map((one) => ({ label: one.name, value: totalOf(one), text: textOf(one) }))}
          />
          <p className="faint small">In brackets: for training / validation / test.</p>
        </>
      )}
      <div className="row">
        {found.length > MAX_SHOWN && (
          <button type="button" className="button small" onClick={() => setWhole(!isWhole)}>
            {isWhole ? `Show ${MAX_SHOWN}` : `Show all ${count(found.length)}`}
          </button>
        )}
        {found.length === 1 && only !== undefined && (
          <Link to="/datasets/$id" params={{ id }} search={{ version, tab: 'images', class: only.name }}>
            Images of {only.name}
          </Link>
        )}
      </div>
    </Card>
  )
}

const totalOf = ({ train, val, test }: Class): number => train + val + test

const textOf = (one: Class): string =>
  `${count(totalOf(one))} (${count(one.train)} / ${count(one.val)} / ${count(one.test)})`

function sorted(classes: Class[], order: string): Class[] {
  if (order === 'name') return classes.sort((a, b) => a.name.localeCompare(b.name, undefined, { numeric: true }))
  const sign = order === 'fewest' ? 1 : -1
  return classes.sort((a, b) => sign * (totalOf(a) - totalOf(b)))
}
