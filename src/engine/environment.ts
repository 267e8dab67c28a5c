import { existsSync } from 'node:fs'

const TCMALLOC = [
  '/usr/lib/x86_64-linux-gnu/libtcmalloc_minimal.so.4',
  '/usr/lib/aarch64-linux-gnu/libtcmalloc_minimal.so.4',
  '/usr/lib64/libtcmalloc_minimal.so.4',
]

/**
 * Debian 13's OpenBLAS 0.3.29: its threads wait for one another within a product, and on a busy machine a product of a long inner axis took
 * a hundred times as long with two as with one.
 */
const WAITING_OPENBLAS = ['x86_64', 'aarch64'].map(
  (machine) => `/usr/lib/${machine}-linux-gnu/openblas-pthread/libopenblasp-r0.3.29.so`,
)

/**
 * How threads wait: a short spin keeps a step from taking ten times as long when another process wants a core; OpenBLAS' threads would
 * yield in a loop for a while after each product.
 */
export const threadWaiting: Readonly<Record<string, string>> = { GOMP_SPINCOUNT: '10000', OPENBLAS_THREAD_TIMEOUT: '4' }

const PASSED_ON: ReadonlySet<string> = new Set([
  ...['PATH', 'HOME', 'USER', 'LANG', 'LANGUAGE', 'TZ', 'TMPDIR', 'LD_LIBRARY_PATH', 'LD_PRELOAD'],
  ...['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE', 'SSL_CERT_DIR', 'NODE_V8_COVERAGE', 'ANNEAL_HOME', 'ANNEAL_LOOPS'],
])
const PASSED_ON_PREFIXES = [
  ...['LC_', 'CUDA_', 'CUDNN_', 'CUBLAS_', 'NVIDIA_', 'OMP_', 'KMP_', 'GOMP_', 'OPENBLAS_', 'MKL_', 'ONEDNN_', 'DNNL_'],
  ...['TORCH_', 'PYTORCH_', 'TF_', 'TCMALLOC_', 'MALLOC_', 'VIPS_'],
]
const PROXY: ReadonlySet<string> = new Set(['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'ALL_PROXY'])

/**
 * What a child process gets of its parent's environment: what libraries and the engine read, by an allow list. A child parses what strangers
 * send, so addresses and keys of the database, the queue and other services are never passed on.
 * @param downloads whether it fetches weights, and so is told of a proxy.
 */
export function childEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
  { downloads = false } = {},
): Record<string, string> {
  const allowed = (name: string): boolean =>
    PASSED_ON.has(name) ||
    PASSED_ON_PREFIXES.some((prefix) => name.startsWith(prefix)) ||
    (downloads && PROXY.has(name.toUpperCase()))
  const kept: Record<string, string> = {}
  for (const [name, value] of Object.entries(environment)) if (value !== undefined && allowed(name)) kept[name] = value
  return kept
}

/**
 * Variables that a process with the native engine must be started with: they are read when libraries load. tcmalloc halves the time of large
 * steps.
 * @param exists whether a path is a file.
 */
export function engineEnvironment(
  threads: number,
  exists: (path: string) => boolean = existsSync,
): Record<string, string> {
  const allocator = TCMALLOC.find(exists)
  const openblasThreads = WAITING_OPENBLAS.some(exists) ? 1 : threads
  return {
    OMP_NUM_THREADS: String(threads),
    OPENBLAS_NUM_THREADS: String(openblasThreads),
    ...threadWaiting,
    TF_CPP_MIN_LOG_LEVEL: '2',
    ...(allocator === undefined
      ? {}
      : { LD_PRELOAD: allocator, TCMALLOC_LARGE_ALLOC_REPORT_THRESHOLD: '1099511627776' }),
  }
}
