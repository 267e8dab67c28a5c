const SECRET_NAMES = /KEY|SECRET|TOKEN|PASSW|CREDENTIAL/i
/** Shorter values are words that lines have anyway. */
const MIN_CHARACTERS = 6

/** Values of an environment that no log may hold: those of variables named as secrets, and passwords in addresses. */
export function secretsOf(environment: Readonly<Record<string, string | undefined>>): string[] {
  const secrets = new Set<string>()
  for (const [name, value = ''] of Object.entries(environment)) {
    if (SECRET_NAMES.test(name)) secrets.add(value)
    const password = URL.canParse(value) ? new URL(value).password : ''
    secrets.add(password).add(decoded(password))
  }
  return [...secrets].filter((secret) => secret.length >= MIN_CHARACTERS).sort((a, b) => b.length - a.length)
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

export function redacted(text: string, secrets: readonly string[]): string {
  let shown = text
  for (const secret of secrets) shown = shown.replaceAll(secret, '[redacted]')
  return shown
}
