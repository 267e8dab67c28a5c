import { timingSafeEqual } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { AppError } from '../errors.ts'
import { secretHash } from '../service/ids.ts'
import { csrfToken } from '../service/sessions.ts'
import { isSafe } from './methods.ts'

/**
 * Another site can have a browser send a session's cookie, and cannot read the token that goes with it.
 * @param where the token is read
 * @throws AppError `forbidden` for a call that changes something and does not have it
 */
export function requireOwnPage({ method, headers }: FastifyRequest, session: string, where = '/v1/session'): void {
  if (isSafe(method)) return
  const given = String(headers['x-csrf-token'] ?? '')
  if (timingSafeEqual(Buffer.from(secretHash(given)), Buffer.from(secretHash(csrfToken(session))))) return
  throw new AppError('forbidden', `X-CSRF-Token must be the csrfToken of GET ${where}.`)
}

/**
 * Keeps another site from signing a browser in with a key or token of its choice: a browser says where a call comes from, and other clients
 * say nothing. The fetch metadata count before the origin, whose host a proxy may have changed.
 * @throws AppError `forbidden`
 */
export function requireSameOrigin(request: FastifyRequest, publicUrl: string | undefined): void {
  const { origin, 'sec-fetch-site': site } = request.headers
  if (site !== undefined) {
    if (site === 'same-origin') return
  } else if (origin === undefined || ownOrigins(request, publicUrl).includes(origin)) return
  throw new AppError('forbidden', 'A browser signs in from the pages of this service only.')
}

const ownOrigins = ({ protocol, host }: FastifyRequest, publicUrl: string | undefined): string[] => [
  `${protocol}://${host}`,
  ...(publicUrl === undefined ? [] : [new URL(publicUrl).origin]),
]

/** Of cookies that hold a secret: no script reads them, and where the service is reached by https, they are sent by that alone. */
export const cookieOptions = ({ protocol }: FastifyRequest, publicUrl: string | undefined) =>
  ({ httpOnly: true, secure: protocol === 'https' || publicUrl?.startsWith('https:') === true }) as const
