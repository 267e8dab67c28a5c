import { useMemo } from 'react'
import { count, percent } from '../format.ts'
import type { Report } from '../shared/report.ts'
import { Card } from '../ui/card.tsx'
import { DataTable, type Column } from '../ui/data-table.tsx'
import { LineChart, type Series } from '../ui/line-chart.tsx'

type Bin = Report['reliability'][number]

const COLUMNS: Column<Bin>[] = [
  { id: 'bin', header: 'Confidence', cell: ({ low, high }) => `${percent(low, 0)} to ${percent(high, 0)}` },
  { id: 'count', header: 'Images', align: 'number', cell: (bin) => count(bin.count) },
  { id: 'confidence', header: 'Mean confidence', align: 'number', cell: ({ confidence }) => percent(confidence) },
  { id: 'accuracy', header: 'Accuracy', align: 'number', cell: ({ accuracy }) => percent(accuracy) },
]

/** Whether the model is right as often as it says. */
export function CalibrationCard({ report }: { report: Report }) {
  const { reliability, reliabilityUncalibrated, calibration } = report
  const series = useMemo(
    () => [
      curve('calibrated', reliability),
      curve('uncalibrated', reliabilityUncalibrated),
      { label: 'perfect', x: [0, 1], y: [0, 1], color: 'var(--faint)', dash: [4, 4] },
    ],
    [reliability, reliabilityUncalibrated],
  )
  const bins = reliability.filter((bin) => bin.count > 0)
  return (
    <Card title="Calibration">
      <p>
        Expected calibration error {percent(report.eceUncalibrated, 2)} before and {percent(report.ece, 2)} after
        temperature {report.temperature.toFixed(3)}
        {calibration?.applied === 'temperature-and-prior' && ` and a class prior (${calibration.prior})`}.
      </p>
      {report.calibrationNote !== undefined && <p className="faint">{report.calibrationNote}</p>}
      {report.calibrationWarning !== undefined && <p className="job-reason">{report.calibrationWarning}</p>}
      {bins.length > 0 && (
        <>
          <LineChart
            label="Reliability: accuracy over confidence"
            series={series}
            xLabel="Confidence"
            yLabel="Accuracy"
          />
          <details>
            <summary>Numbers of the diagram</summary>
            <DataTable
              caption="Images by confidence, calibrated"
              columns={COLUMNS}
              rows={bins}
              rowId={({ low }) => String(low)}
            />
          </details>
        </>
      )}
    </Card>
  )
}

function curve(label: string, bins: readonly Bin[]): Series {
  const drawn = bins.filter((bin) => bin.count > 0).sort((a, b) => a.confidence - b.confidence)
  return { label, x: drawn.map(({ confidence }) => confidence), y: drawn.map(({ accuracy }) => accuracy) }
}
