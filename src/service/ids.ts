import { createHash, randomBytes } from 'node:crypto'

/** Sortable by time: 9 characters of milliseconds and 13 of chance, in base 36. */
export function newId(prefix: string, nowMs: number): string {
  const chance = BigInt(`0x${randomBytes(8).toString('hex')}`)
    .toString(36)
    .padStart(13, '0')
  return `${prefix}_${nowMs.toString(36).padStart(9, '0')}${chance}`
}

const KEY_BYTES = 32

/** An API key: shown once, stored only as its hash. */
export function newSecret(): { secret: string; hash: string } {
  const secret = `ak_${randomBytes(KEY_BYTES).toString('base64url')}`
  return { secret, hash: secretHash(secret) }
}

export function secretHash(secret: string): string {
  return createHash('sha256').update(secret).digest('hex')
}
