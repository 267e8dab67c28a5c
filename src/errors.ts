/**
 * Every expected failure is an AppError with one of these codes. Codes are public and stable: they appear in problem
 * documents, in a job's reason, in the ingest report and in the CLI's output. Only `api/problem.ts` maps them to HTTP.
 */
export const ERROR_CODES = [
  // requests
  'invalid_request',
  'invalid_spec',
  'unauthorized',
  'forbidden',
  'not_found',
  'method_not_allowed',
  'wrong_state',
  'conflict',
  'payload_too_large',
  'unsupported_media_type',
  'rate_limited',
  'quota_exceeded',
  'idempotency_key_reused',
  'idempotency_in_flight',
  'upload_aborted',
  // data sets
  'archive_invalid',
  'archive_truncated',
  'archive_path_escape',
  'archive_link',
  'archive_too_many_entries',
  'archive_too_large',
  'archive_ratio',
  'archive_padding',
  'archive_path_too_long',
  'file_name_invalid',
  'dataset_empty',
  'dataset_one_class',
  'dataset_too_large',
  'dataset_layout',
  'dataset_corrupt',
  'image_undecodable',
  'image_format_unsupported',
  'image_aspect_ratio',
  'image_too_slow',
  'image_too_many_pixels',
  'image_too_small',
  'image_duplicate',
  'image_unlabelled',
  'split_leakage',
  'ingest_memory_exceeded',
  'ingest_time_exceeded',
  // training
  'class_count_mismatch',
  'image_size_unsupported',
  'checkpoint_invalid',
  'checkpoint_damaged',
  'weights_unavailable',
  'weights_invalid',
  'non_finite_loss',
  'out_of_memory',
  'engine_unavailable',
  'kernel_failed',
  'interrupted',
  'canceled',
  'trainer_crashed',
  'lease_lost',
  'poison',
  // the house
  'config_invalid',
  'unavailable',
  'internal',
] as const

export type ErrorCode = (typeof ERROR_CODES)[number]

/** One place in the input that is wrong; `pointer` is an RFC 6901 JSON pointer into the body or spec. */
export interface ErrorDetail {
  pointer: string
  detail: string
}

export interface AppErrorOptions {
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

  constructor(code: ErrorCode, message: string, options: AppErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'AppError'
    this.code = code
    this.errors = options.errors ?? []
    this.retryable = options.retryable ?? false
  }
}
