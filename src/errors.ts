/**
 * Every expected failure is an AppError with one of these codes. Codes are public and stable: they appear in problem
 * documents, in a job's reason, in the ingest report and in the CLI's output. Only `api/problem.ts` maps them to HTTP.
 * Each says what it means and what helps; `docs/reference/errors.md` is made from here.
 */
export const ERRORS = {
  requests: {
    invalid_request: 'The request is malformed, or a parameter is out of bounds; `errors` points at each mistake.',
    invalid_spec: 'The job spec has a mistake; `errors` has a JSON pointer and an explanation for each.',
    unauthorized: 'The API key (or the metrics token) is missing or unknown.',
    forbidden: 'The API key or the person lacks the scope that the call needs; the message says which.',
    team_suspended: 'An operator has suspended the team; its keys and people are refused until that ends.',
    not_found: 'There is no such resource in this team, or no such address.',
    method_not_allowed: 'The address exists, but not with this method; `Allow` lists the methods.',
    wrong_state: 'The resource is in a state that does not allow the call, such as resuming a job that is not paused.',
    conflict: 'Something else stands against it: a name that is taken, or a resource that changed or is in use.',
    payload_too_large: 'The body, a file or a list in it exceeds its limit.',
    unsupported_media_type: 'The content type of the body or the requested response format is not supported.',
    rate_limited: 'Too many calls without a known key, or open event streams; wait for the seconds in `Retry-After`.',
    quota_exceeded:
      'The team has reached a quota; `quota` has what is used, the limit, what frees some and when. 403 where waiting does not help.',
    idempotency_key_reused: 'This Idempotency-Key was used for a different request.',
    idempotency_in_flight: 'The first request with this Idempotency-Key has not finished; repeat it later.',
    upload_aborted: 'The connection broke during the upload; repeat it.',
  },
  datasets: {
    archive_invalid: 'The file is not a .zip, .tar, .tar.gz, .tar.bz2, .tar.xz or .tar.zst, or it is damaged.',
    archive_unsupported:
      'The archive, or a file in it, is encrypted, in several parts, or compressed in a way that is not read.',
    archive_truncated: 'The archive ends early; upload it again.',
    archive_path_escape: 'An entry points outside the archive (`../` or an absolute path).',
    archive_link: 'A link leads nowhere, out of the archive or round in a circle; it was set aside.',
    archive_too_many_entries: 'The archive has more entries than allowed.',
    archive_too_large: 'The archive, or a file in it, is too large once unpacked.',
    archive_ratio: 'The archive unpacks to implausibly many times its size (a “zip bomb”).',
    archive_padding: 'The archive has too many bytes outside its entries.',
    archive_path_too_long: 'A path has too many characters or folders.',
    file_repeated: 'The archive has the same path more than once; the first file was used.',
    file_damaged: 'A file in the archive does not have the content that the archive states.',
    file_unreadable: 'The file cannot be read from disk, such as for lack of permission.',
    file_name_invalid: 'A file name has control characters or invalid Unicode; rename the file.',
    dataset_empty: 'No labelled image was found.',
    dataset_one_class: 'All images belong to one class; at least two are needed.',
    dataset_too_large: 'The decoded images exceed the size limit.',
    dataset_layout: 'The layout is not recognised: use one folder per class, or a table such as labels.csv.',
    dataset_corrupt: 'A packed data set on disk is damaged; ingest it again.',
    image_undecodable: 'The image is damaged or not an image.',
    image_format_unsupported:
      'The format is not supported; use PNG, JPEG, WebP, GIF, TIFF, AVIF, HEIC, JPEG XL, JPEG 2000, BMP, ICO or PNM.',
    image_aspect_ratio: 'The image is too long and narrow.',
    image_too_slow: 'Decoding took too long.',
    image_too_many_pixels: 'The image, or the images of a request together, have too many pixels.',
    image_too_small: 'The image is smaller than the smallest side allowed.',
    image_duplicate: 'The same pixels appear more than once in a split (a warning of the ingest report).',
    image_unlabelled: 'The image is in no class folder and in no table of labels; it was set aside.',
    label_missing: 'The table of labels has no class for the image (an empty cell, or nan); it was set aside.',
    label_conflict: 'Rows of the table give the image different classes; it was set aside.',
    label_multiple: 'The table gives the image several classes, where one is expected; it was set aside.',
    file_exists: 'The data set has a file of this path already; the one to append was set aside.',
    dataset_change_invalid:
      'A change to a data set matches no image of the version, or two of its parts contradict each other.',
    dataset_unchanged: 'The new version of the data set would be equal to the one that it is made of.',
    dataset_incompatible:
      'The images to append do not fit those of the data set, such as by the range of their values.',
    file_missing: 'The table names a file that is not there, or a name that several files have.',
    split_leakage:
      'The same image is in two splits, which would inflate the results: the last of train, val and test keeps it, or `leakage: refuse` rejects the data set.',
    import_refused: 'The address to import from, or one that it redirects to, is not allowed.',
    import_unavailable: 'What was to be imported is not there, or could not be read to its end.',
    import_changed: 'What was to be imported changed while it was read; import it again.',
    ingest_memory_exceeded: 'Ingesting needed more memory than `ANNEAL_INGEST_BYTES`.',
    ingest_time_exceeded: 'Ingesting took longer than `ANNEAL_INGEST_SECONDS` allows.',
  },
  training: {
    class_count_mismatch:
      'The spec, the weights or the teacher expect a different number of classes than the data has.',
    image_size_unsupported: 'The architecture cannot take images of this size.',
    checkpoint_invalid: 'The file is not a checkpoint, or belongs to a different spec or data set.',
    checkpoint_damaged: 'The stored checkpoint does not match its hash.',
    blob_damaged: 'A stored file does not match its hash; an operator has to look at the storage.',
    weights_unavailable:
      'Pretrained weights could not be downloaded or read; the message says where to put them by hand.',
    weights_invalid: 'The pretrained weights do not fit the architecture; every mismatch is listed.',
    non_finite_loss: 'The loss became NaN or infinite; lower the learning rate, or use float32.',
    out_of_memory: 'Memory ran out; use a smaller batch, image or model, or `accumulation`.',
    engine_unavailable: 'No tensor backend could be loaded; run `anneal doctor`.',
    kernel_failed: 'An operation of the tensor backend failed.',
    interrupted: 'The run was interrupted after writing a checkpoint; the same command resumes it.',
    canceled: 'The job was cancelled.',
    rank_lost:
      'One of the processes of a job on several devices ended, or did not answer in time; the job continues from its checkpoint.',
    trainer_crashed: 'The trainer process ended without a result.',
    preempted: 'The job made room for a team that had had less device time; it continues from its checkpoint.',
    lease_lost: 'The worker lost its lease; another one has taken the job.',
    poison: 'Three workers in a row died on this job or upload, most likely of the memory it needs.',
  },
  service: {
    config_invalid: 'An environment variable has an invalid value.',
    unavailable: 'The database, the queue or the storage does not respond, or cannot start; try again later.',
    internal: 'A bug; report it with the request id.',
  },
} as const

type Codes<Group> = Group extends unknown ? keyof Group : never
export type ErrorCode = Codes<(typeof ERRORS)[keyof typeof ERRORS]>

export const ERROR_CODES = Object.values(ERRORS).flatMap((group) => Object.keys(group) as ErrorCode[])

/** One place in the input that is wrong; `pointer` is an RFC 6901 JSON pointer into the body or spec. */
export interface ErrorDetail {
  pointer: string
  detail: string
}

/** Which quota a call would exceed. */
export interface QuotaFacts {
  /** As in `GET /v1/team/quota`. */
  name: string
  used: number
  limit: number
  /** What the call would add. */
  adds: number
  /** What frees some. */
  frees: string
  /** When some is free with nothing done, as far as it is known. */
  freesAt: string | null
  waitingHelps: boolean
}

export interface AppErrorOptions {
  quota?: QuotaFacts
  cause?: unknown
  errors?: ErrorDetail[]
  /** Whether the same call can succeed later with nothing changed by the caller. */
  retryable?: boolean
}

/** An expected failure. The message names the field, the value and what was expected. */
export class AppError extends Error {
  readonly code: ErrorCode
  readonly errors: ErrorDetail[]
  readonly retryable: boolean
  readonly quota: QuotaFacts | undefined

  constructor(code: ErrorCode, message: string, options: AppErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'AppError'
    this.code = code
    this.errors = options.errors ?? []
    this.retryable = options.retryable ?? false
    this.quota = options.quota
  }
}
