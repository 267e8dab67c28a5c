import { availableParallelism } from 'node:os'
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config'

interface Pace {
  testTimeout?: number
  hookTimeout?: number
  /** Test files at a time; suites that keep every core busy, or own ports and databases, run one after another. */
  maxWorkers?: number
  env?: Record<string, string>
}

/** Of the cores that this process may use: more threads than those wait for one another. */
const THREADS = String(Math.min(2, availableParallelism()))

const project = (name: string, pace: Pace = {}): TestProjectInlineConfiguration => ({
  test: {
    name,
    include: [`test/${name}/**/*.test.ts`],
    pool: 'forks',
    testTimeout: 60_000,
    hookTimeout: 120_000,
    ...pace,
  },
})

export default defineConfig({
  test: {
    projects: [
      project('unit'),
      project('numeric', {
        testTimeout: 300_000,
        maxWorkers: 1,
        env: { OMP_NUM_THREADS: THREADS, OPENBLAS_NUM_THREADS: THREADS, OMP_WAIT_POLICY: 'passive' },
      }),
      project('api'),
      project('integration', { testTimeout: 180_000, maxWorkers: 1 }),
      project('e2e', { testTimeout: 600_000, hookTimeout: 600_000, maxWorkers: 1 }),
    ],
  },
})
