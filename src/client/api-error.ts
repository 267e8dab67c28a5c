/** A problem document as an error. */
export class ApiError extends Error {
  readonly code: string
  readonly status: number
  readonly errors: { pointer: string; detail: string }[]

  constructor(
    status: number,
    {
      code = 'internal',
      detail = '',
      errors = [],
    }: { code?: string; detail?: string; errors?: { pointer: string; detail: string }[] },
  ) {
    super(detail === '' ? `The server answered ${status}.` : detail)
    this.name = 'ApiError'
    this.code = code
    this.status = status
    this.errors = errors
  }
}
