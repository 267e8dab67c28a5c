import { useMemo } from 'react'
import { count, percent } from '../format.ts'
import type { Report } from '../shared/report.ts'
import { Card, Facts } from '../ui/card.tsx'
import { LineChart, type Series } from '../ui/line-chart.tsx'

type OpenSet = NonNullable<Report['openSet']>

/** Of points above each other, so that none of them is lost. */
const STEP = 1e-9

/** How well the model rejects images of classes that it does not know. */
export function OpenSetCard({ openSet }: { openSet: OpenSet }) {
  const { histogram, roc } = openSet
  const confidences = useMemo(() => (histogram === undefined ? [] : confidencesOf(histogram)), [histogram])
  const curve = useMemo(
    () => [
      {
        label: 'known accepted',
        x: (roc ?? []).map(([x = 0], i) => x + i * STEP),
        y: (roc ?? []).map(([, y = null]) => y),
      },
    ],
    [roc],
  )
  return (
    <Card title="Open set">
      <p className="faint">
        Images with a confidence below {openSet.threshold.toFixed(3)} are rejected: {count(openSet.known)} of known
        classes and {count(openSet.unknown)} of unknown ones were evaluated.
      </p>
      <Facts
        facts={[
          ['Accuracy, rejected counted as wrong', percent(openSet.accuracy)],
          ['Known images rejected', percent(openSet.rejectedKnown)],
          ['Unknown images rejected', percent(openSet.rejectedUnknown)],
          ['F-measure', percent(openSet.fMeasure)],
          ['AUROC', percent(openSet.auroc)],
          ['Unknown accepted at 95 % of known', percent(openSet.unknownAcceptedAt95)],
        ]}
      />
      {openSet.note !== undefined && <p className="job-reason">{openSet.note}</p>}
      <div className="columns">
        {confidences.length > 0 && (
          <LineChart label="Images by confidence" series={confidences} xLabel="Confidence" yLabel="Images" />
        )}
        {roc !== undefined && (
          <LineChart
            label="Known images accepted over unknown images accepted"
            series={curve}
            xLabel="Fraction of unknown images accepted"
            yLabel="Fraction of known images accepted"
          />
        )}
      </div>
    </Card>
  )
}

const confidencesOf = ({ known, unknown }: NonNullable<OpenSet['histogram']>): Series[] => [
  { label: 'known', x: middles(known.length), y: known },
  { label: 'unknown', x: middles(unknown.length), y: unknown },
]

/** Of bins of one width from 0 to 1. */
const middles = (bins: number): number[] => Array.from({ length: bins }, (_, i) => (i + 0.5) / bins)
