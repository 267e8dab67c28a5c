import { useMemo, useState } from 'react'
import { count, percent } from '../format.ts'
import type { Job } from '../shared/jobs.ts'
import type { Report } from '../shared/report.ts'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { DataTable, type Column } from '../ui/data-table.tsx'
import { SelectField } from '../ui/field.tsx'
import { CellDialog } from './cell-dialog.tsx'
import { ConfusionMatrix } from './confusion-matrix.tsx'
import { MAX_MATRIX_CLASSES, mostConfused, neighbours, type Cell, type Pair } from './confusion.ts'

/** Which classes are taken for which; of many classes, those around one of them. */
export function ConfusionCard({ job, report }: { job: Job; report: Report }) {
  const { classes, confusion } = report
  const [around, setAround] = useState('')
  const [cell, setCell] = useState<Cell>()
  const isWhole = classes.length <= MAX_MATRIX_CLASSES
  const center = around === '' ? undefined : Number(around)
  // Of a thousand classes the matrix has a million cells.
  const pairs = useMemo(() => mostConfused(confusion), [confusion])
  const shown = useMemo(() => neighbours(confusion, center), [confusion, center])
  const names = useMemo(() => classes.map(({ name }) => name), [classes])
  return (
    <Card title="Confusion matrix">
      <p className="faint">
        Rows are true classes, columns what the model answered; classes that are mistaken for each other stand together.
        Choose a cell to see its images.
      </p>
      {!isWhole && (
        <div className="row">
          <SelectField
            label="Classes around"
            value={around}
            onChange={setAround}
            description={`The matrix shows ${MAX_MATRIX_CLASSES} of ${count(classes.length)} classes at a time.`}
            options={[
              { value: '', label: 'the most confused classes' },
              ...classes.map(({ name }, i) => ({ value: String(i), label: name })),
            ]}
          />
        </div>
      )}
      <ConfusionMatrix names={names} confusion={confusion} shown={shown} onChoose={setCell} />
      {pairs.length > 0 && (
        <>
          <h3>Most frequent mistakes</h3>
          <PairTable pairs={pairs} report={report} onChoose={setCell} />
        </>
      )}
      {cell !== undefined && <CellDialog job={job} report={report} cell={cell} onClose={() => setCell(undefined)} />}
    </Card>
  )
}

interface PairTableProps {
  pairs: readonly Pair[]
  report: Report
  onChoose: (cell: Cell) => void
}

function PairTable({ pairs, report: { classes }, onChoose }: PairTableProps) {
  const name = (label: number): string => classes[label]?.name ?? ''
  const columns: Column<Pair>[] = [
    { id: 'label', header: 'True class', cell: ({ label }) => <span className="job-class">{name(label)}</span> },
    {
      id: 'predicted',
      header: 'Taken for',
      cell: ({ predicted }) => <span className="job-class">{name(predicted)}</span>,
    },
    {
      id: 'images',
      header: 'Images',
      align: 'number',
      value: ({ images }) => images,
      cell: ({ images }) => count(images),
    },
    {
      id: 'share',
      header: 'Of the class',
      align: 'number',
      value: ({ share }) => share,
      cell: ({ share }) => percent(share),
    },
    {
      id: 'show',
      header: 'Look',
      cell: (pair) => (
        <Button
          size="small"
          aria-label={`Show images of ${name(pair.label)} taken for ${name(pair.predicted)}`}
          onClick={() => onChoose(pair)}
        >
          Show images
        </Button>
      ),
    },
  ]
  return (
    <DataTable
      caption="Pairs of classes that are mistaken most often"
      columns={columns}
      rows={pairs}
      rowId={({ label, predicted }) => `${label} ${predicted}`}
    />
  )
}
