import { existsSync } from 'node:fs'

const TCMALLOC = [
  '/usr/lib/x86_64-linux-gnu/libtcmalloc_minimal.so.4',
  '/usr/lib/aarch64-linux-gnu/libtcmalloc_minimal.so.4',
  '/usr/lib64/libtcmalloc_minimal.so.4',
]

/**
 * How threads wait: a short spin keeps a step from taking ten times as long when another process wants a core; OpenBLAS' threads would
 * yield in a loop for a while after each product.
 */
export const threadWaiting: Readonly<Record<string, string>> = { GOMP_SPINCOUNT: '10000', OPENBLAS_THREAD_TIMEOUT: '4' }

/** Variables that a process with the native engine must be started with: they are read when libraries load. tcmalloc halves the time of large steps. */
export function engineEnvironment(threads: number): Record<string, string> {
  const allocator = TCMALLOC.find((path) => existsSync(path))
  return {
    OMP_NUM_THREADS: String(threads),
    OPENBLAS_NUM_THREADS: String(threads),
    ...threadWaiting,
    TF_CPP_MIN_LOG_LEVEL: '2',
    ...(allocator === undefined
      ? {}
      : { LD_PRELOAD: allocator, TCMALLOC_LARGE_ALLOC_REPORT_THRESHOLD: '1099511627776' }),
  }
}
