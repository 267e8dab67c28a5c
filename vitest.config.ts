import { defineConfig } from 'vitest/config'

const project = (name: string, options: object = {}): object => ({
  test: {
    name,
    include: [`test/${name}/**/*.test.ts`],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    pool: 'forks',
    ...options,
  },
})

export default defineConfig({
  test: {
    projects: [
      project('unit'),
      project('numeric', { testTimeout: 300_000, env: { OMP_NUM_THREADS: '2', OMP_WAIT_POLICY: 'passive' } }),
      project('api'),
      project('integration', { testTimeout: 120_000 }),
      project('e2e', { testTimeout: 600_000, hookTimeout: 600_000 }),
    ] as never,
  },
})
