import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'

/** Encrypts what is stored and has to be read again. */
export interface Sealer {
  seal(text: string): string
  /** @throws Error where it was sealed with another key */
  open(sealed: string): string
}

const ALGORITHM = 'aes-256-gcm'
const KEY_BYTES = 32
const NONCE_BYTES = 12
const TAG_BYTES = 16
/** Begins what is encrypted, and what is not. */
const SEALED = 'v1:'
const PLAIN = 'plain:'

/** With a key of the installation; without one, texts are stored as they are. What was stored without a key can be read with one. */
export function createSealer(secretKey: string | undefined): Sealer {
  const key =
    secretKey === undefined ? undefined : Buffer.from(hkdfSync('sha256', secretKey, '', 'anneal webhooks', KEY_BYTES))
  return {
    seal(text) {
      if (key === undefined) return `${PLAIN}${text}`
      const nonce = randomBytes(NONCE_BYTES)
      const cipher = createCipheriv(ALGORITHM, key, nonce)
      const parts = [nonce, cipher.update(text, 'utf8'), cipher.final()]
      return `${SEALED}${Buffer.concat([...parts, cipher.getAuthTag()]).toString('base64')}`
    },
    open(sealed) {
      if (sealed.startsWith(PLAIN)) return sealed.slice(PLAIN.length)
      if (key === undefined) throw new Error('it is encrypted, and ANNEAL_SECRET_KEY is not set')
      const bytes = Buffer.from(sealed.slice(SEALED.length), 'base64')
      const decipher = createDecipheriv(ALGORITHM, key, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES })
      decipher.setAuthTag(bytes.subarray(-TAG_BYTES))
      return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]).toString(
        'utf8',
      )
    },
  }
}
