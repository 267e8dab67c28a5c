import autocannon from 'autocannon'
import type { Store } from '../../src/service/ports/store.ts'

/** Metric values of one message of a trainer: several keys of several steps. */
const STEPS = 50
const KEYS = ['train/loss', 'train/accuracy', 'train/learningRate', 'train/gradientNorm', 'train/imagesPerSecond']

/** Jobs that are accepted a second. */
export async function submissionsPerSecond(
  url: string,
  { headers, body, seconds }: { headers: Record<string, string>; body: object; seconds: number },
): Promise<{ perSecond: number; p99Ms: number }> {
  const result = await autocannon({
    url: `${url}/v1/jobs`,
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify(body),
    connections: 32,
    duration: seconds,
  })
  if (result.non2xx > 0 || result.errors > 0)
    throw new Error(`${result.non2xx} submissions were not accepted, ${result.errors} failed.`)
  return { perSecond: result.requests.average, p99Ms: result.latency.p99 }
}

/** Metric values that are stored a second, of jobs which report at the same time. */
export async function metricValuesPerSecond(
  store: Store,
  jobs: readonly { id: string; token: number }[],
  seconds: number,
): Promise<number> {
  const began = performance.now()
  const isOver = (): boolean => performance.now() - began > 1000 * seconds
  const values = await Promise.all(
    jobs.map(async ({ id, token }) => {
      let written = 0
      for (let step = 0; !isOver(); step += STEPS) {
        const metrics = KEYS.flatMap((key) =>
          Array.from({ length: STEPS }, (_, i) => ({ key, step: step + i, value: Math.random() })),
        )
        if (!(await store.recordJob(id, token, { events: [], metrics }))) throw new Error(`${id} was not held`)
        written += metrics.length
      }
      return written
    }),
  )
  return values.reduce((sum, n) => sum + n, 0) / ((performance.now() - began) / 1000)
}
