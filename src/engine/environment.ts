import { existsSync } from 'node:fs'

const TCMALLOC = [
  '/usr/lib/x86_64-linux-gnu/libtcmalloc_minimal.so.4',
  '/usr/lib/aarch64-linux-gnu/libtcmalloc_minimal.so.4',
  '/usr/lib64/libtcmalloc_minimal.so.4',
]

/** How threads wait: a short spin keeps a step from taking ten times as long when another process needs a core. */
export const threadWaiting: Readonly<Record<string, string>> = { GOMP_SPINCOUNT: '10000' }

const PASSED_ON: ReadonlySet<string> = new Set([
  ...['PATH', 'LANG', 'LANGUAGE', 'TZ', 'TMPDIR', 'LD_LIBRARY_PATH', 'LD_PRELOAD'],
  ...['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE', 'SSL_CERT_DIR', 'NODE_V8_COVERAGE'],
])
const PASSED_ON_PREFIXES = [
  ...['LC_', 'CUDA_', 'CUDNN_', 'CUBLAS_', 'NVIDIA_', 'OMP_', 'KMP_', 'GOMP_', 'OPENBLAS_', 'MKL_', 'ONEDNN_', 'DNNL_'],
  ...['TORCH_', 'PYTORCH_', 'NCCL_', 'TF_', 'TCMALLOC_', 'MALLOC_', 'VIPS_'],
]
const PROXY: ReadonlySet<string> = new Set(['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'ALL_PROXY'])

/**
 * What a child process gets of its parent's environment: what libraries and the engine read, by an allow list. A child parses what strangers
 * send, so addresses and keys of the database, the queue and other services are never passed on, nor the folders that hold passwords (HOME,
 * ANNEAL_HOME).
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
 * steps. OpenBLAS gets one thread, because the engine divides a matrix product among its own threads: those of OpenBLAS wait for one another, and
 * with version 0.3.29 a product on a busy machine took a hundred times as long with two as with one.
 * @param exists whether a path is a file.
 */
export function engineEnvironment(
  threads: number,
  exists: (path: string) => boolean = existsSync,
): Record<string, string> {
  const allocator = TCMALLOC.find(exists)
  return {
    OMP_NUM_THREADS: String(threads),
    OPENBLAS_NUM_THREADS: '1',
    ...threadWaiting,
    TF_CPP_MIN_LOG_LEVEL: '2',
    ...(allocator === undefined
      ? {}
      : { LD_PRELOAD: allocator, TCMALLOC_LARGE_ALLOC_REPORT_THRESHOLD: '1099511627776' }),
  }
}
