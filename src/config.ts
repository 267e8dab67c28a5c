import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { readBlobS3, type BlobS3Config } from './blob-config.ts'
import { EnvReader } from './env-reader.ts'
import { AppError } from './errors.ts'
import { readWorkerConfig, type WorkerConfig } from './worker-config.ts'

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

/** How people sign in: by OpenID Connect. */
export interface SignInConfig {
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string
  /** Where browsers find this service; the provider sends them back there. */
  readonly publicUrl: string
  /** How long a session lasts, milliseconds. */
  readonly sessionMs: number
}

/** What a process is configured with, by the environment alone. */
export interface Config {
  readonly home: string
  readonly host: string
  readonly port: number
  /** Undefined: a server that Anneal starts. */
  readonly databaseUrl: string | undefined
  /** Of the role that the API connects as, where DATABASE_URL is its owner's. */
  readonly applicationUrl: string | undefined
  /** Of the role that sees every team's rows. */
  readonly workerDatabaseUrl: string | undefined
  readonly redisUrl: string | undefined
  /** A folder as a `file:` URL, or `s3://bucket/prefix`. */
  readonly blobUrl: string
  /** How a bucket of BLOB_URL is spoken to. */
  readonly blobS3: BlobS3Config
  /** Size of a machine's cache of a bucket's files at most, bytes. */
  readonly blobCacheBytes: number
  readonly engine: 'auto' | 'torch' | 'tensorflow' | 'cpu'
  readonly threads: number
  readonly logLevel: string
  readonly uploadBytes: number
  /** Addresses or networks of proxies whose X-Forwarded-For is trusted. */
  readonly trustProxy: string[]
  /** Bearer token of `/metrics` for callers from other machines; without one, only this machine may read it. */
  readonly metricsToken: string | undefined
  /** Where API and worker serve their metrics without a token, on ports of their own; undefined: they do not. */
  readonly metrics: { host: string; port: number | undefined; workerPort: number | undefined }
  /** Bearer tokens of `/v1/admin`, with whose they are. */
  readonly operators: readonly { name: string; token: string }[]
  /** Undefined: by API keys alone. */
  readonly signIn: SignInConfig | undefined
  /** How long a session that was opened with an API key lasts at most, milliseconds. */
  readonly sessionMs: number
  /** Where people reach the service. */
  readonly publicUrl: string | undefined
  /** What each team may have at most. */
  readonly quota: {
    runningJobs: number
    queuedJobs: number
    deviceHours: number
    ingests: number
    uploads: number
    bytes: number
    apiKeys: number
    requestsPerMinute: number
  }
  /** How device time is divided between teams. */
  readonly fairShare: { halfLifeSeconds: number; preemptAfterSeconds: number; preemptFloorSeconds: number }
  /** How long an upload is kept after its last piece, milliseconds. */
  readonly uploadKeptMs: number
  /** How long what was deleted is kept in the trash, milliseconds; 0: not at all. */
  readonly trashMs: number
  /** How long events and metrics are kept after the end of their job, milliseconds; 0: as long as the job. */
  readonly historyMs: number
  readonly imports: ImportConfig
  /** Bytes of the log of one attempt at most. */
  readonly logBytes: number
  /** Live streams that one API process holds open at most. */
  readonly streams: { perKey: number; perTeam: number; total: number }
  readonly webhooks: {
    /** Hosts that a webhook may name, in the syntax of ANNEAL_WEIGHT_HOSTS. */
    readonly hosts: readonly string[]
    /** What the secrets of webhooks are encrypted with in the database; without it they are stored as they are. */
    readonly secretKey: string | undefined
  }
  /** The hub that pretrained weights come from, or a mirror of it. */
  readonly weightsEndpoint: string
  /** Hosts that a job's `pretrained.url` may name. */
  readonly weightHosts: readonly string[]
  /** Further hosts that a redirect of those may name. */
  readonly weightRedirectHosts: readonly string[]
  /** Folder of downloaded weights. */
  readonly weightsCache: string
  /** Whether spans are exported, and of how many training steps one has a span. */
  readonly traces: { enabled: boolean; everySteps: number }
  readonly worker: WorkerConfig
  /** How long a worker without heartbeats keeps its job, milliseconds. */
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

/** OpenTelemetry's own variables of where traces go. */
const OTLP_ENDPOINTS = ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 'OTEL_EXPORTER_OTLP_ENDPOINT']
const POSTGRES = ['postgresql://', 'postgres://']

/**
 * Reads ANNEAL_HOME, ANNEAL_HOST, ANNEAL_PORT, DATABASE_URL, ANNEAL_APPLICATION_URL, ANNEAL_WORKER_DATABASE_URL, REDIS_URL, BLOB_URL, ANNEAL_BLOB_S3_ENDPOINT, ANNEAL_BLOB_S3_PATH_STYLE, ANNEAL_BLOB_S3_PUBLIC_ENDPOINT, ANNEAL_BLOB_S3_REDIRECT, ANNEAL_BLOB_CACHE_BYTES, HF_ENDPOINT, ANNEAL_ENGINE, ANNEAL_THREADS,
 * ANNEAL_LOG_LEVEL, ANNEAL_UPLOAD_BYTES, ANNEAL_MODEL_BYTES, ANNEAL_LEASE_MS, ANNEAL_INGEST_BYTES,
 * ANNEAL_INGEST_SECONDS, ANNEAL_WEIGHT_HOSTS, ANNEAL_WEIGHT_REDIRECT_HOSTS, ANNEAL_UPLOAD_KEPT_SECONDS, ANNEAL_TRASH_DAYS, ANNEAL_HISTORY_DAYS, ANNEAL_IMPORT_HOSTS,
 * ANNEAL_TRUST_PROXY, ANNEAL_METRICS_TOKEN, ANNEAL_METRICS_HOST, ANNEAL_METRICS_PORT, ANNEAL_WORKER_METRICS_PORT, ANNEAL_TRACE_STEPS, OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT, ANNEAL_LOG_BYTES, ANNEAL_STREAMS, ANNEAL_STREAMS_PER_TEAM, ANNEAL_STREAMS_PER_KEY, ANNEAL_WEBHOOK_HOSTS, ANNEAL_SECRET_KEY,
 * ANNEAL_WORKER_DEVICES, ANNEAL_WORKER_LABELS, ANNEAL_WORKER_POOL, ANNEAL_POOL_OVERFLOW, ANNEAL_WORKER_ADDRESS, ANNEAL_IMPORT_SECONDS, ANNEAL_HALF_LIFE_SECONDS, ANNEAL_PREEMPT_AFTER_SECONDS, ANNEAL_PREEMPT_FLOOR_SECONDS, ANNEAL_S3_ENDPOINT, ANNEAL_S3_BUCKETS, and the AWS_ variables of a region and credentials.
 * One function: a list of variables.
 * @throws AppError `config_invalid` that names the variable, its value, and what would be right.
 */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const env = new EnvReader(environment)
  const home = resolve(env.text('ANNEAL_HOME') ?? '.anneal')
  return Object.freeze({
    home,
    host: env.text('ANNEAL_HOST') ?? '127.0.0.1',
    port: env.integer('ANNEAL_PORT', 8080, 0, 65_535),
    databaseUrl: env.url('DATABASE_URL', POSTGRES),
    applicationUrl: env.url('ANNEAL_APPLICATION_URL', POSTGRES),
    workerDatabaseUrl: env.url('ANNEAL_WORKER_DATABASE_URL', POSTGRES),
    redisUrl: env.url('REDIS_URL', ['redis://', 'rediss://']),
    blobUrl: env.url('BLOB_URL', ['file:', 's3://']) ?? pathToFileURL(resolve(home, 'blobs')).href,
    blobS3: readBlobS3(env),
    blobCacheBytes: env.integer('ANNEAL_BLOB_CACHE_BYTES', 50_000_000_000, 1, Number.MAX_SAFE_INTEGER),
    engine: env.choice('ANNEAL_ENGINE', ENGINES, 'auto'),
    threads: env.integer('ANNEAL_THREADS', availableParallelism(), 1, 1024),
    logLevel: env.choice('ANNEAL_LOG_LEVEL', LOG_LEVELS, 'info'),
    ...readWeightsAccess(env),
    weightsCache: resolve(home, 'cache', 'weights'),
    worker: readWorkerConfig(env),
    leaseMs: env.integer('ANNEAL_LEASE_MS', 30_000, 1000, 3_600_000),
    modelBytes: env.integer('ANNEAL_MODEL_BYTES', 1_000_000_000, 0, Number.MAX_SAFE_INTEGER),
    fairShare: {
      halfLifeSeconds: env.integer('ANNEAL_HALF_LIFE_SECONDS', 86_400, 60, 31_536_000),
      preemptAfterSeconds: env.integer('ANNEAL_PREEMPT_AFTER_SECONDS', 300, 1, 31_536_000),
      preemptFloorSeconds: env.integer('ANNEAL_PREEMPT_FLOOR_SECONDS', 120, 1, 31_536_000),
    },
    trustProxy: env.networks('ANNEAL_TRUST_PROXY'),
    metricsToken: env.nonEmpty('ANNEAL_METRICS_TOKEN'),
    metrics: {
      host: env.nonEmpty('ANNEAL_METRICS_HOST') ?? '127.0.0.1',
      port: env.optionalInteger('ANNEAL_METRICS_PORT', 1, 65_535),
      workerPort: env.optionalInteger('ANNEAL_WORKER_METRICS_PORT', 1, 65_535),
    },
    traces: {
      enabled: OTLP_ENDPOINTS.some((name) => env.url(name, ['http://', 'https://']) !== undefined),
      everySteps: env.integer('ANNEAL_TRACE_STEPS', 100, 1, 1_000_000_000),
    },
    operators: readOperators(env),
    signIn: readSignIn(env),
    sessionMs: readSessionMs(env),
    publicUrl: env.secureUrl('ANNEAL_PUBLIC_URL'),
    quota: {
      runningJobs: env.integer('ANNEAL_QUOTA_RUNNING_JOBS', 1000, 1, 1_000_000),
      deviceHours: env.integer('ANNEAL_QUOTA_DEVICE_HOURS', 1_000_000, 1, 1_000_000_000),
      requestsPerMinute: env.integer('ANNEAL_REQUESTS_PER_MINUTE', 6000, 1, 1_000_000),
      queuedJobs: env.integer('ANNEAL_QUOTA_QUEUED_JOBS', 10_000, 1, 10_000_000),
      ingests: env.integer('ANNEAL_QUOTA_INGESTS', 20, 1, 100_000),
      uploads: env.integer('ANNEAL_QUOTA_UPLOADS', 100, 1, 100_000),
      bytes: env.integer('ANNEAL_QUOTA_BYTES', 1_000_000_000_000, 1, Number.MAX_SAFE_INTEGER),
      apiKeys: env.integer('ANNEAL_QUOTA_API_KEYS', 100, 1, 100_000),
    },
    trashMs: 86_400_000 * env.integer('ANNEAL_TRASH_DAYS', 30, 0, 3650),
    historyMs: 86_400_000 * env.integer('ANNEAL_HISTORY_DAYS', 0, 0, 36_500),
    uploadKeptMs: 1000 * env.integer('ANNEAL_UPLOAD_KEPT_SECONDS', 3 * 86_400, 1, 31_536_000),
    logBytes: env.integer('ANNEAL_LOG_BYTES', 8_000_000, 10_000, 1_000_000_000),
    streams: {
      perKey: env.integer('ANNEAL_STREAMS_PER_KEY', 1000, 1, 100_000),
      perTeam: env.integer('ANNEAL_STREAMS_PER_TEAM', 1000, 1, 100_000),
      total: env.integer('ANNEAL_STREAMS', 5000, 1, 1_000_000),
    },
    webhooks: {
      hosts: env.text('ANNEAL_WEBHOOK_HOSTS') === undefined ? ['*'] : env.hosts('ANNEAL_WEBHOOK_HOSTS'),
      secretKey: readSecretKey(env),
    },
    imports: {
      hosts: env.text('ANNEAL_IMPORT_HOSTS') === undefined ? ['*'] : env.hosts('ANNEAL_IMPORT_HOSTS'),
      seconds: env.integer('ANNEAL_IMPORT_SECONDS', 21_600, 1, 1_000_000),
      s3: {
        endpoint: env.url('ANNEAL_S3_ENDPOINT', ['https://', 'http://']),
        region: env.text('AWS_REGION') ?? 'us-east-1',
        buckets: env.list('ANNEAL_S3_BUCKETS'),
        accessKeyId: env.nonEmpty('AWS_ACCESS_KEY_ID'),
        secretAccessKey: env.nonEmpty('AWS_SECRET_ACCESS_KEY'),
        sessionToken: env.nonEmpty('AWS_SESSION_TOKEN'),
      },
    },
    ingestBytes: env.integer('ANNEAL_INGEST_BYTES', 4_000_000_000, 100_000_000, Number.MAX_SAFE_INTEGER),
    ingestSeconds: env.integer('ANNEAL_INGEST_SECONDS', 600, 1, 1_000_000),
    uploadBytes: env.integer('ANNEAL_UPLOAD_BYTES', 20_000_000_000, 1, Number.MAX_SAFE_INTEGER),
  })
}

const MIN_TOKEN_CHARACTERS = 32

function readOperators(env: EnvReader): Config['operators'] {
  const name = 'ANNEAL_OPERATOR_TOKENS'
  const operators = env.list(name).map((text) => {
    const [, operator = '', token = ''] = /^([A-Za-z0-9._-]{1,64}):(\S{1,200})$/.exec(text) ?? []
    return { name: operator, token }
  })
  // The values are not in the message: they are secrets.
  if (operators.some(({ token }) => token.length < MIN_TOKEN_CHARACTERS))
    throw new AppError(
      'config_invalid',
      `${name} must be NAME:TOKEN, or several with commas between them, each token of ${MIN_TOKEN_CHARACTERS} to 200 characters.`,
    )
  if (new Set(operators.map((operator) => operator.name)).size < operators.length)
    throw new AppError('config_invalid', `${name} has a name twice.`)
  return operators
}

const SIGN_IN = ['ANNEAL_OIDC_ISSUER', 'ANNEAL_OIDC_CLIENT_ID', 'ANNEAL_OIDC_CLIENT_SECRET', 'ANNEAL_PUBLIC_URL']

function readSignIn(env: EnvReader): SignInConfig | undefined {
  const [issuer, clientId, clientSecret, publicUrl] = [
    env.secureUrl('ANNEAL_OIDC_ISSUER'),
    env.nonEmpty('ANNEAL_OIDC_CLIENT_ID'),
    env.nonEmpty('ANNEAL_OIDC_CLIENT_SECRET'),
    env.secureUrl('ANNEAL_PUBLIC_URL'),
  ]
  if (issuer === undefined && clientId === undefined && clientSecret === undefined) return undefined
  if (issuer === undefined || clientId === undefined || clientSecret === undefined || publicUrl === undefined)
    throw new AppError('config_invalid', `Sign-in needs all of ${SIGN_IN.join(', ')}.`)
  return { issuer, clientId, clientSecret, publicUrl, sessionMs: readSessionMs(env) }
}

const readSessionMs = (env: EnvReader): number => 3_600_000 * env.integer('ANNEAL_SESSION_HOURS', 12, 1, 720)

const MIN_SECRET_KEY = 32

/** @throws AppError `config_invalid` for one that can be guessed */
function readSecretKey(env: EnvReader): string | undefined {
  const key = env.nonEmpty('ANNEAL_SECRET_KEY')
  if (key === undefined || key.length >= MIN_SECRET_KEY) return key
  throw new AppError(
    'config_invalid',
    `ANNEAL_SECRET_KEY has ${key.length} characters; at least ${MIN_SECRET_KEY} random ones are expected, such as of: openssl rand -base64 32`,
  )
}

function readWeightsAccess(env: EnvReader): Pick<Config, 'weightsEndpoint' | 'weightHosts' | 'weightRedirectHosts'> {
  const endpoint = env.url('HF_ENDPOINT', ['https://', 'http://']) ?? 'https://huggingface.co'
  const weightsEndpoint = endpoint.replace(/(?<!\/)\/+$/, '')
  const { origin, host } = new URL(weightsEndpoint)
  return {
    weightsEndpoint,
    weightHosts: [weightsEndpoint.startsWith('http:') ? origin : host, ...env.hosts('ANNEAL_WEIGHT_HOSTS')],
    weightRedirectHosts:
      env.text('ANNEAL_WEIGHT_REDIRECT_HOSTS') === undefined ? HUB_HOSTS : env.hosts('ANNEAL_WEIGHT_REDIRECT_HOSTS'),
  }
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
