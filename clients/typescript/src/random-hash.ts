const hex = (bytes: Uint8Array): string => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')

/** A key that nobody else has; pages that came without TLS have no `randomUUID`. */
export const randomKey = (): string => hex(crypto.getRandomValues(new Uint8Array(16)))

/** Undefined on pages that came without TLS, which browsers give no hashes. */
export async function sha256(bytes: ArrayBuffer | Uint8Array<ArrayBuffer>): Promise<string | undefined> {
  const { subtle } = crypto as Partial<typeof crypto>
  return subtle === undefined ? undefined : hex(new Uint8Array(await subtle.digest('SHA-256', bytes)))
}
