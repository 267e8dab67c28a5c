import type { Objective } from '../service/sweep-resources.ts'
import type { Transaction } from './prisma-types.ts'

/** The best value of the objective so far, by job. */
export async function bestValues(
  tx: Transaction,
  jobIds: string[],
  { metric, mode }: Objective,
): Promise<Map<string, number>> {
  const rows = await tx.metric.groupBy({
    by: ['jobId'],
    where: { jobId: { in: jobIds }, key: metric },
    _max: { value: true },
    _min: { value: true },
  })
  return new Map(
    rows.flatMap(({ jobId, _max, _min }) => {
      const value = mode === 'max' ? _max.value : _min.value
      return value === null ? [] : [[jobId, value]]
    }),
  )
}
