import { describe, expect, it } from 'vitest'
import { engineEnvironment } from '../../../src/engine/environment.ts'

const variables = (present: RegExp): Record<string, string> => engineEnvironment(4, (path) => present.test(path))

describe('the environment of processes with the native engine', () => {
  it('gives torch and OpenBLAS the threads, and tcmalloc where it is installed', () => {
    expect(variables(/tcmalloc/)).toMatchObject({ OMP_NUM_THREADS: '4', OPENBLAS_NUM_THREADS: '4' })
    expect(variables(/x86_64.*tcmalloc/)['LD_PRELOAD']).toMatch(/libtcmalloc_minimal\.so\.4$/)
    expect(variables(/nothing/)).not.toHaveProperty('LD_PRELOAD')
  })

  it('gives one thread to the OpenBLAS whose threads wait for one another', () => {
    expect(variables(/libopenblasp-r0\.3\.29/)).toMatchObject({ OMP_NUM_THREADS: '4', OPENBLAS_NUM_THREADS: '1' })
    expect(variables(/libopenblasp-r0\.3\.21/)).toMatchObject({ OPENBLAS_NUM_THREADS: '4' })
  })
})
