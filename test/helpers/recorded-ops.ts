import { nativePixelOps } from '../../src/data/pixel-ops.ts'
import type { PixelOps } from '../../src/zoo/augment/pixel-ops.ts'

export interface Recorded {
  operation: string
  /** What it was called with, behind the image. */
  parameters: readonly unknown[]
}

/** The native operations, with a list of the calls to them. */
export function recordedOps(): { ops: PixelOps; calls: Recorded[] } {
  const native = nativePixelOps()
  const calls: Recorded[] = []
  const entries = Object.entries(native).map(([operation, run]: [string, (...values: unknown[]) => unknown]) => [
    operation,
    (...values: unknown[]) => {
      calls.push({ operation, parameters: values.slice(1) })
      return run(...values)
    },
  ])
  return { ops: Object.fromEntries(entries) as PixelOps, calls }
}
