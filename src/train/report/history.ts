import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { CURVE_KEYS, type Curves } from './page/curves.ts'

/** In a run's folder: `{ step, epoch, … }`, one JSON object a line. */
export const METRICS_FILE = 'metrics.jsonl'

const THROUGHPUT = 'train/imagesPerSecond'
const KEPT: readonly string[] = [...CURVE_KEYS, THROUGHPUT]

/** The metrics that a report draws, of this attempt and of those before it. */
export class History {
  private readonly series = new Map<string, [number, number][]>()

  /** Begins with what earlier attempts left in the run's folder. */
  constructor(outDir: string) {
    const path = join(outDir, METRICS_FILE)
    if (!existsSync(path)) return
    for (const line of readFileSync(path, 'utf8').split('\n').filter(Boolean)) {
      const { step, ...values } = JSON.parse(line) as Record<string, number> & { step: number }
      this.add(step, values)
    }
  }

  /** Steps after the checkpoint that a run resumes from are taken again. */
  keepUntil(step: number): void {
    for (const [key, points] of this.series)
      this.series.set(
        key,
        points.filter(([at]) => at <= step),
      )
  }

  add(step: number, values: Record<string, number>): void {
    for (const key of KEPT) {
      const value = values[key]
      if (value === undefined) continue
      const points = this.series.get(key)
      if (points === undefined) this.series.set(key, [[step, value]])
      else points.push([step, value])
    }
  }

  curves(): Curves {
    return this.series
  }

  /** Images per second of training, in the median. */
  throughput(): number | undefined {
    const values = (this.series.get(THROUGHPUT) ?? []).map(([, value]) => value).sort((a, b) => a - b)
    return values[values.length >> 1]
  }
}
