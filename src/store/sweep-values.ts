import type { Objective } from '../service/sweep-resources.ts'
import type { Transaction } from './prisma-types.ts'

/** The best value of the objective so far, by job: of the extremes of ranges, which are few. */
export async function bestValues(
  tx: Transaction,
  jobIds: string[],
  { metric, mode }: Objective,
): Promise<Map<string, number>> {
  const rows = await tx.metricRange.groupBy({
    by: ['jobId'],
    where: { jobId: { in: jobIds }, key: metric },
    _max: { maxValue: true },
    _min: { minValue: true },
  })
  return new Map(
    rows.flatMap(({ jobId, _max, _min }) => {
      const value = mode === 'max' ? _max.maxValue : _min.minValue
      return value === null ? [] : [[jobId, value]]
    }),
  )
}
