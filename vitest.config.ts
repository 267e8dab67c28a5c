import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config'

interface Pace {
  testTimeout?: number
  hookTimeout?: number
  /** Test files at a time; suites that keep every core busy, or own ports and databases, run one after another. */
  maxWorkers?: number
  env?: Record<string, string>
}

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
        env: { OMP_NUM_THREADS: '2', OPENBLAS_NUM_THREADS: '2', OMP_WAIT_POLICY: 'passive' },
      }),
      project('api'),
      project('integration', { testTimeout: 180_000, maxWorkers: 1 }),
      project('e2e', { testTimeout: 600_000, hookTimeout: 600_000, maxWorkers: 1 }),
    ],
  },
})
