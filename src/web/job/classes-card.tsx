import { useState } from 'react'
import { count, percent } from '../format.ts'
import { rangeOf, type Report } from '../shared/report.ts'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { DataTable, type Column } from '../ui/data-table.tsx'
import { TextField } from '../ui/field.tsx'
import { EmptyState } from '../ui/states.tsx'

type ClassScores = Report['classes'][number]

/** Of many classes, the weakest are shown first. */
const SHOWN = 30

const share = (id: keyof ClassScores, header: string): Column<ClassScores> => ({
  id,
  header,
  align: 'number',
  value: (row) => numberIn(row[id]),
  cell: (row) => percent(numberIn(row[id])),
})
const whole = (id: keyof ClassScores, header: string): Column<ClassScores> => ({
  id,
  header,
  align: 'number',
  value: (row) => numberIn(row[id]),
  cell: (row) => count(numberIn(row[id]) ?? 0),
})
const numberIn = (value: unknown): number | null => (typeof value === 'number' ? value : null)

const COLUMNS: Column<ClassScores>[] = [
  {
    id: 'name',
    header: 'Class',
    value: ({ name }) => name,
    cell: ({ name }) => <span className="job-class">{name}</span>,
  },
  whole('images', 'Images'),
  whole('trainImages', 'Training images'),
  share('precision', 'Precision'),
  share('recall', 'Recall'),
  {
    id: 'interval',
    header: '95 % interval',
    align: 'number',
    cell: ({ recallInterval }) => rangeOf(recallInterval, percent),
  },
  share('f1', 'F1'),
  share('averagePrecision', 'Average precision'),
  share('rocAuc', 'ROC AUC'),
]

/** Each class against the rest. */
export function ClassesCard({ report: { classes } }: { report: Report }) {
  const [text, setText] = useState('')
  const [isAll, setAll] = useState(classes.length <= SHOWN)
  const weakest = [...classes].sort((a, b) => (a.f1 ?? 1) - (b.f1 ?? 1))
  const found = weakest.filter(({ name }) => name.toLowerCase().includes(text.toLowerCase()))
  const rows = isAll ? found : found.slice(0, SHOWN)
  return (
    <Card title="Classes">
      {classes.length > SHOWN && (
        <div className="row">
          <TextField
            label="Find a class"
            hideLabel
            type="search"
            placeholder="Find a class"
            value={text}
            onChange={setText}
          />
          <span className="faint">
            {rows.length === classes.length
              ? `All ${count(classes.length)}`
              : `The ${rows.length} weakest of ${count(found.length)}`}
            , by F1.
          </span>
          <Button size="small" onClick={() => setAll(!isAll)}>
            {isAll ? 'Show the weakest only' : `Show all ${count(classes.length)}`}
          </Button>
        </div>
      )}
      {rows.length === 0 ? (
        <EmptyState title="No class has this in its name." />
      ) : (
        <DataTable caption="Scores of each class" columns={COLUMNS} rows={rows} rowId={({ name }) => name} />
      )}
    </Card>
  )
}
