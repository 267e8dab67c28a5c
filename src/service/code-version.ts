import { readFileSync } from 'node:fs'

/** The version in the package's manifest, which is two folders up in src/ and in dist/. */
export function codeVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}
