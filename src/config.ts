import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { AppError } from './errors.ts'

/** Where data sets may be imported from. */
export interface ImportConfig {
  /** Hosts that an address may name, in the syntax of ANNEAL_WEIGHT_HOSTS. */
  readonly hosts: readonly string[]
  /** How long one import may take. */
  readonly seconds: number
  readonly s3: {
    /** A server of S3's protocol other than Amazon's. */
    readonly endpoint: string | undefined
    readonly region: string
    /** Buckets, or `bucket/prefix`, that are read with the credentials; all others are read without. */
    readonly buckets: readonly string[]
    readonly accessKeyId: string | undefined
    readonly secretAccessKey: string | undefined
    readonly sessionToken: string | undefined
  }
}

/** What a process is configured with, by the environment alone. */
export interface Config {
  readonly home: string
  readonly host: string
  readonly port: number
  /** Undefined: a server of our own. */
  readonly databaseUrl: string | undefined
  readonly redisUrl: string | undefined
  readonly blobUrl: string
  readonly engine: 'auto' | 'torch' | 'tensorflow' | 'cpu'
  readonly threads: number
  readonly logLevel: string
  readonly uploadBytes: number
  readonly requestsPerMinute: number
  /** Addresses or networks of proxies whose X-Forwarded-For is believed. */
  readonly trustProxy: string[]
  /** Bearer token of `/metrics` for callers from other machines; without one it answers this machine alone. */
  readonly metricsToken: string | undefined
  /** What each team may have at most. */
  readonly quota: { queuedJobs: number; ingests: number; uploads: number; bytes: number; apiKeys: number }
  /** How long an upload is kept after its last piece, milliseconds. */
  readonly uploadKeptMs: number
  readonly imports: ImportConfig
  /** The hub that pretrained weights come from, or a mirror of it. */
  readonly weightsEndpoint: string
  /** Hosts that a job's `pretrained.url` may name. */
  readonly weightHosts: readonly string[]
  /** Further hosts that a redirect of those may name. */
  readonly weightRedirectHosts: readonly string[]
  /** Folder of downloaded weights. */
  readonly weightsCache: string
  /** How long a worker that gives no sign of life keeps its job, milliseconds. */
  readonly leaseMs: number
  /** Resident memory of an ingest process at most, bytes. */
  readonly ingestBytes: number
  /** How long an ingest may take, to which a second per megabyte of the upload is added. */
  readonly ingestSeconds: number
  /** Weights that the API's predictor keeps loaded at most, bytes. */
  readonly modelBytes: number
}

const ENGINES = ['auto', 'torch', 'tensorflow', 'cpu'] as const
/** Where the Hugging Face hub and mirrors of it keep large files. */
const HUB_HOSTS = ['huggingface.co', '*.huggingface.co', '*.hf.co']
const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const

/**
 * Reads ANNEAL_HOME, ANNEAL_HOST, ANNEAL_PORT, DATABASE_URL, REDIS_URL, BLOB_URL, HF_ENDPOINT, ANNEAL_ENGINE, ANNEAL_THREADS,
 * ANNEAL_LOG_LEVEL, ANNEAL_UPLOAD_BYTES, ANNEAL_MODEL_BYTES, ANNEAL_LEASE_MS, ANNEAL_INGEST_BYTES,
 * ANNEAL_INGEST_SECONDS, ANNEAL_WEIGHT_HOSTS, ANNEAL_WEIGHT_REDIRECT_HOSTS, ANNEAL_UPLOAD_KEPT_SECONDS, ANNEAL_IMPORT_HOSTS,
 * ANNEAL_IMPORT_SECONDS, ANNEAL_S3_ENDPOINT, ANNEAL_S3_BUCKETS, and the AWS_ variables of a region and credentials.
 * @throws AppError `config_invalid` that names the variable, its value, and what would be right.
 */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const choice = <T extends string>(name: string, allowed: readonly T[], fallback: T): T => {
    const value = environment[name] ?? fallback
    const match = allowed.find((option) => option === value)
    if (match === undefined)
      throw new AppError(
        'config_invalid',
        `${name} is ${JSON.stringify(value)}; one of ${allowed.join(', ')} is expected.`,
      )
    return match
  }
  const integer = (name: string, fallback: number, minimum: number, maximum: number): number => {
    const value = environment[name]
    if (value === undefined || value === '') return fallback
    const number = Number(value)
    if (!Number.isInteger(number) || number < minimum || number > maximum)
      throw new AppError(
        'config_invalid',
        `${name} is ${JSON.stringify(value)}; a whole number from ${minimum} to ${maximum} is expected.`,
      )
    return number
  }
  const url = (name: string, protocols: readonly string[]): string | undefined => {
    const value = environment[name]
    if (value === undefined || value === '') return undefined
    if (!protocols.some((protocol) => value.startsWith(protocol)))
      throw new AppError('config_invalid', `${name} does not start with ${protocols.join(' or ')}.`)
    return value
  }
  const secret = (name: string): string | undefined => {
    const value = environment[name]
    return value === '' ? undefined : value
  }
  const list = (name: string): string[] =>
    (environment[name] ?? '')
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== '')
  const weightsEndpoint = (url('HF_ENDPOINT', ['https://', 'http://']) ?? 'https://huggingface.co').replace(
    /(?<!\/)\/+$/,
    '',
  )
  const weightsOrigin = new URL(weightsEndpoint).origin
  const hosts = (name: string): string[] =>
    list(name).map((host) => {
      if (URL.canParse(/^https?:\/\//.test(host) ? host : `https://${host.replace('*.', 'any.')}`)) return host
      throw new AppError(
        'config_invalid',
        `${name} has ${JSON.stringify(host)}; hosts like weights.example, *.weights.example, host:8443 or http://host:8080 are expected.`,
      )
    })
  const home = resolve(environment['ANNEAL_HOME'] ?? '.anneal')
  return Object.freeze({
    home,
    host: environment['ANNEAL_HOST'] ?? '127.0.0.1',
    port: integer('ANNEAL_PORT', 8080, 0, 65_535),
    databaseUrl: url('DATABASE_URL', ['postgresql://', 'postgres://']),
    redisUrl: url('REDIS_URL', ['redis://', 'rediss://']),
    blobUrl: url('BLOB_URL', ['file:']) ?? pathToFileURL(resolve(home, 'blobs')).href,
    engine: choice('ANNEAL_ENGINE', ENGINES, 'auto'),
    threads: integer('ANNEAL_THREADS', availableParallelism(), 1, 1024),
    logLevel: choice('ANNEAL_LOG_LEVEL', LOG_LEVELS, 'info'),
    weightsEndpoint,
    weightHosts: [
      weightsEndpoint.startsWith('http:') ? weightsOrigin : new URL(weightsOrigin).host,
      ...hosts('ANNEAL_WEIGHT_HOSTS'),
    ],
    weightRedirectHosts:
      environment['ANNEAL_WEIGHT_REDIRECT_HOSTS'] === undefined ? HUB_HOSTS : hosts('ANNEAL_WEIGHT_REDIRECT_HOSTS'),
    weightsCache: resolve(home, 'cache', 'weights'),
    leaseMs: integer('ANNEAL_LEASE_MS', 30_000, 1000, 3_600_000),
    modelBytes: integer('ANNEAL_MODEL_BYTES', 1_000_000_000, 0, Number.MAX_SAFE_INTEGER),
    requestsPerMinute: integer('ANNEAL_REQUESTS_PER_MINUTE', 6000, 1, 1_000_000),
    trustProxy: list('ANNEAL_TRUST_PROXY'),
    metricsToken: secret('ANNEAL_METRICS_TOKEN'),
    quota: {
      queuedJobs: integer('ANNEAL_QUOTA_QUEUED_JOBS', 10_000, 1, 10_000_000),
      ingests: integer('ANNEAL_QUOTA_INGESTS', 20, 1, 100_000),
      uploads: integer('ANNEAL_QUOTA_UPLOADS', 100, 1, 100_000),
      bytes: integer('ANNEAL_QUOTA_BYTES', 1_000_000_000_000, 1, Number.MAX_SAFE_INTEGER),
      apiKeys: integer('ANNEAL_QUOTA_API_KEYS', 100, 1, 100_000),
    },
    uploadKeptMs: 1000 * integer('ANNEAL_UPLOAD_KEPT_SECONDS', 3 * 86_400, 1, 31_536_000),
    imports: {
      hosts: environment['ANNEAL_IMPORT_HOSTS'] === undefined ? ['*'] : hosts('ANNEAL_IMPORT_HOSTS'),
      seconds: integer('ANNEAL_IMPORT_SECONDS', 21_600, 1, 1_000_000),
      s3: {
        endpoint: url('ANNEAL_S3_ENDPOINT', ['https://', 'http://']),
        region: environment['AWS_REGION'] ?? 'us-east-1',
        buckets: list('ANNEAL_S3_BUCKETS'),
        accessKeyId: secret('AWS_ACCESS_KEY_ID'),
        secretAccessKey: secret('AWS_SECRET_ACCESS_KEY'),
        sessionToken: secret('AWS_SESSION_TOKEN'),
      },
    },
    ingestBytes: integer('ANNEAL_INGEST_BYTES', 4_000_000_000, 100_000_000, Number.MAX_SAFE_INTEGER),
    ingestSeconds: integer('ANNEAL_INGEST_SECONDS', 600, 1, 1_000_000),
    uploadBytes: integer('ANNEAL_UPLOAD_BYTES', 20_000_000_000, 1, Number.MAX_SAFE_INTEGER),
  })
}

/** Where pretrained weights come from and are kept. */
export function weightsAccess({ weightsCache, weightsEndpoint }: Config): {
  cacheDir: string
  endpoint: string
} {
  return { cacheDir: weightsCache, endpoint: weightsEndpoint }
}

/** As above, for jobs of teams: from the hosts that are configured alone. */
export function teamWeightsAccess(config: Config): ReturnType<typeof weightsAccess> & {
  hosts: string[]
  redirectHosts: string[]
} {
  return { ...weightsAccess(config), hosts: [...config.weightHosts], redirectHosts: [...config.weightRedirectHosts] }
}
