import { describe, expect, it } from 'vitest'
import { engineEnvironment } from '../../../src/engine/environment.ts'

const variables = (present: RegExp): Record<string, string> => engineEnvironment(4, (path) => present.test(path))

describe('the environment of processes with the native engine', () => {
  it('gives torch the threads, OpenBLAS one, and tcmalloc where it is installed', () => {
    expect(variables(/tcmalloc/)).toMatchObject({ OMP_NUM_THREADS: '4', OPENBLAS_NUM_THREADS: '1' })
    expect(variables(/x86_64.*tcmalloc/)['LD_PRELOAD']).toMatch(/libtcmalloc_minimal\.so\.4$/)
    expect(variables(/nothing/)).not.toHaveProperty('LD_PRELOAD')
  })
})
