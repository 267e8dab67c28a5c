import { useMemo } from 'react'
import { count, percent } from '../format.ts'
import { rangeOf, type Report } from '../shared/report.ts'
import { Card } from '../ui/card.tsx'
import { DataTable, type Column } from '../ui/data-table.tsx'
import { LineChart } from '../ui/line-chart.tsx'

type Selective = NonNullable<Report['selective']>
type Row = Selective['byThreshold'][number] & { target?: number }

const number = (id: string, header: string, cell: (row: Row) => string): Column<Row> => ({
  id,
  header,
  align: 'number',
  cell,
})
const THRESHOLD = number('threshold', 'Threshold', ({ threshold }) => threshold.toFixed(3))
const REST: Column<Row>[] = [
  number('coverage', 'Images answered', ({ coverage, images }) => `${percent(coverage)} (${count(images)})`),
  number('accuracy', 'Accuracy of these', ({ accuracy }) => percent(accuracy)),
  number('interval', '95 % interval', ({ interval }) => rangeOf(interval, percent)),
]
const BY_THRESHOLD = [THRESHOLD, ...REST]
const BY_ACCURACY = [number('target', 'Wanted accuracy', ({ target }) => percent(target, 1)), THRESHOLD, ...REST]
const BY_COVERAGE = [number('target', 'Wanted coverage', ({ target }) => percent(target, 0)), THRESHOLD, ...REST]

/** What a threshold on the confidence buys: fewer answers, of which more are right. */
export function CoverageCard({ selective }: { selective: Selective }) {
  const series = useMemo(() => {
    const { curve } = selective
    return [
      {
        label: 'accuracy',
        x: curve.map(([coverage = 0]) => coverage),
        y: curve.map(([, accuracy = null]) => accuracy),
      },
    ]
  }, [selective])
  return (
    <Card title="Coverage and accuracy">
      <p className="faint">
        Accuracy if only the images are answered that the model is most confident of. Mean error over all coverages
        (AURC): {percent(selective.aurc, 2)}.
      </p>
      <LineChart
        label="Accuracy over the fraction of images that are answered"
        series={series}
        xLabel="Fraction of images answered"
        yLabel="Accuracy"
      />
      <h3>By threshold</h3>
      <DataTable
        caption="Coverage and accuracy by threshold"
        columns={BY_THRESHOLD}
        rows={selective.byThreshold}
        rowId={idOf}
      />
      <h3>For an accuracy</h3>
      <p className="faint small">
        The threshold was chosen on the same images, so the accuracies are somewhat too high.
      </p>
      <DataTable
        caption="Largest coverage with an accuracy"
        columns={BY_ACCURACY}
        rows={selective.byAccuracy}
        rowId={idOf}
      />
      <h3>For a coverage</h3>
      <DataTable caption="Accuracy at a coverage" columns={BY_COVERAGE} rows={selective.byCoverage} rowId={idOf} />
    </Card>
  )
}

const idOf = ({ target, threshold, images }: Row): string => `${target ?? ''} ${threshold} ${images}`
