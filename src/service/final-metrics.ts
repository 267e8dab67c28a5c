import Type from 'typebox'

/** Numbers of a report that are kept next to it, so that lists can show, filter and sort by them. */
export const FINAL_METRICS = [
  'accuracy',
  'top5',
  'balancedAccuracy',
  'macroF1',
  'nll',
  'nllUncalibrated',
  'ece',
  'eceUncalibrated',
] as const
export type FinalMetric = (typeof FINAL_METRICS)[number]

export type FinalMetrics = Partial<Record<FinalMetric, number>>
export const FinalMetrics = Type.Unsafe<FinalMetrics>(
  Type.Object(Object.fromEntries(FINAL_METRICS.map((key) => [key, Type.Optional(Type.Number())])), {
    description: 'Of the report, once there is one.',
  }),
)

/** What a report has of them. */
export function finalMetricsOf(report: unknown): FinalMetrics {
  const values: Partial<Record<FinalMetric, unknown>> | null = typeof report === 'object' ? report : null
  const found = FINAL_METRICS.flatMap((key) => {
    const value = values?.[key]
    return typeof value === 'number' && Number.isFinite(value) ? [[key, value] as const] : []
  })
  return Object.fromEntries(found)
}
