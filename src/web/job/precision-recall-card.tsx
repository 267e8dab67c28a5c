import { useMemo, useState } from 'react'
import { percent } from '../format.ts'
import type { Report } from '../shared/report.ts'
import { Card } from '../ui/card.tsx'
import { SelectField } from '../ui/field.tsx'
import { LineChart, type Series } from '../ui/line-chart.tsx'

type Curves = NonNullable<Report['curves']>
/** Of points above each other, so that none of them is lost. */
const STEP = 1e-9

type Kind = 'precisionRecall' | 'roc'

/** Curves of a class against the rest, and of all classes together. */
export function PrecisionRecallCard({ curves }: { curves: Curves }) {
  const [chosen, setChosen] = useState(curves.classes[0]?.name ?? '')
  const found = curves.classes.find(({ name }) => name === chosen)
  const recall = useMemo(() => seriesOf('precisionRecall', curves.micro, found), [curves, found])
  const roc = useMemo(() => seriesOf('roc', curves.micro, found), [curves, found])
  return (
    <Card title="Precision and recall">
      <div className="row">
        <SelectField
          label="Class"
          value={chosen}
          onChange={setChosen}
          options={curves.classes.map(({ name }) => ({ value: name, label: name }))}
        />
        <span className="faint">
          {found !== undefined &&
            `Average precision ${percent(found.averagePrecision)}, ROC AUC ${percent(found.rocAuc)}. `}
          The classes with the lowest average precision are listed, at most 20.
        </span>
      </div>
      <div className="columns">
        <LineChart label="Precision over recall" series={recall} xLabel="Recall" yLabel="Precision" />
        <LineChart
          label="True-positive rate over false-positive rate"
          series={roc}
          xLabel="False-positive rate"
          yLabel="True-positive rate"
        />
      </div>
    </Card>
  )
}

function seriesOf(kind: Kind, micro: Curves['micro'], chosen: Curves['classes'][number] | undefined): Series[] {
  const series = (label: string, points: readonly number[][]): Series => ({
    label,
    x: points.map(([x = 0], i) => x + i * STEP),
    y: points.map(([, y = null]) => y),
  })
  return [
    ...(chosen === undefined ? [] : [series(chosen.name, chosen[kind])]),
    series('all classes, micro-averaged', micro[kind]),
  ]
}
