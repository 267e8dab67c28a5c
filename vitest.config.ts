import { availableParallelism } from 'node:os'
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config'
import { engineEnvironment } from './src/engine/environment.ts'
import { LongestFirst } from './test/helpers/longest-first.ts'

interface Pace {
  testTimeout?: number
  hookTimeout?: number
  /** Test files at a time. Vitest's default leaves a core idle. */
  maxWorkers?: number
  /** Without it, the files of a process share the packages that they import, with their state; our own modules are evaluated for each. */
  isolate?: boolean
  env?: Record<string, string>
  globalSetup?: string
}

const CORES = availableParallelism()
/** Of the cores that this process may use: more threads than those wait for one another. */
const THREADS = Math.min(2, CORES)
/** One migrated PostgreSQL cluster for a suite, which its files copy. */
const globalSetup = 'test/helpers/template-cluster.ts'

const project = (name: string, pace: Pace = {}): TestProjectInlineConfiguration => ({
  test: {
    name,
    include: [`test/${name}/**/*.test.ts`],
    pool: 'forks',
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // On a busy machine a process may need a while to start or to end.
    expect: { poll: { timeout: 30_000 } },
    ...pace,
  },
})

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      project('unit', { maxWorkers: CORES, isolate: false }),
      project('numeric', {
        testTimeout: 300_000,
        hookTimeout: 300_000,
        maxWorkers: CORES,
        // tcmalloc as in the product: Debian 13's malloc does not use freed tensors again, whose memory is aligned.
        env: { ...engineEnvironment(THREADS), OMP_WAIT_POLICY: 'passive' },
      }),
      project('api', { maxWorkers: CORES, isolate: false, globalSetup }),
      project('integration', { testTimeout: 180_000, maxWorkers: CORES, isolate: false, globalSetup }),
      project('page', { testTimeout: 600_000, hookTimeout: 600_000, maxWorkers: CORES, isolate: false, globalSetup }),
      project('e2e', { testTimeout: 600_000, hookTimeout: 600_000, maxWorkers: CORES, isolate: false, globalSetup }),
    ],
  },
})
