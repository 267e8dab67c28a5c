import { isIP } from 'node:net'
import { AppError } from './errors.ts'

/** Reads values from environment variables; every error is an AppError `config_invalid` that names the variable. */
export class EnvReader {
  readonly #environment: Readonly<Record<string, string | undefined>>

  constructor(environment: Readonly<Record<string, string | undefined>>) {
    this.#environment = environment
  }

  /** As it is: also when it is empty. */
  text(name: string): string | undefined {
    return this.#environment[name]
  }

  /** Undefined where it is empty. */
  nonEmpty(name: string): string | undefined {
    const value = this.text(name)
    return value === '' ? undefined : value
  }

  choice<T extends string>(name: string, allowed: readonly T[], fallback: T): T {
    const value = this.text(name) ?? fallback
    const match = allowed.find((option) => option === value)
    if (match === undefined) throw invalid(name, value, `one of ${allowed.join(', ')} is expected`)
    return match
  }

  flag(name: string, fallback: boolean): boolean {
    return this.choice(name, ['on', 'off'], fallback ? 'on' : 'off') === 'on'
  }

  integer(name: string, fallback: number, minimum: number, maximum: number): number {
    return this.optionalInteger(name, minimum, maximum) ?? fallback
  }

  optionalInteger(name: string, minimum: number, maximum: number): number | undefined {
    const value = this.nonEmpty(name)
    if (value === undefined) return undefined
    const number = Number(value)
    if (!Number.isInteger(number) || number < minimum || number > maximum)
      throw invalid(name, value, `a whole number from ${minimum} to ${maximum} is expected`)
    return number
  }

  /** The value is not in the message: it may hold a password. */
  url(name: string, protocols: readonly string[]): string | undefined {
    const value = this.nonEmpty(name)
    if (value === undefined || protocols.some((protocol) => value.startsWith(protocol))) return value
    throw new AppError('config_invalid', `${name} does not start with ${protocols.join(' or ')}.`)
  }

  /** An address with https, or of this machine, without a slash at its end. */
  secureUrl(name: string): string | undefined {
    const value = this.nonEmpty(name)
    if (value === undefined) return undefined
    const { protocol, hostname } = URL.canParse(value) ? new URL(value) : { protocol: '', hostname: '' }
    const isHere = protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(hostname)
    if (protocol !== 'https:' && !isHere)
      throw invalid(name, value, 'an address that starts with https:// is expected, or one of this machine')
    return value.replace(/(?<!\/)\/+$/, '')
  }

  /** Comma-separated values. */
  list(name: string): string[] {
    return (this.text(name) ?? '')
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== '')
  }

  /** Comma-separated IP addresses, networks like 10.0.0.0/8, and the names `loopback`, `linklocal` and `uniquelocal`. */
  networks(name: string): string[] {
    return this.list(name).map((network) => {
      if (isNetwork(network)) return network
      throw new AppError(
        'config_invalid',
        `${name} has ${JSON.stringify(network)}; addresses like 10.0.0.7, networks like 10.0.0.0/8 or fd00::/8 that are not everything, or loopback, linklocal, uniquelocal are expected.`,
      )
    })
  }

  /** Comma-separated hosts, each with an optional scheme, wildcard and port. */
  hosts(name: string): string[] {
    return this.list(name).map((host) => {
      if (URL.canParse(/^https?:\/\//.test(host) ? host : `https://${host.replace('*.', 'any.')}`)) return host
      throw new AppError(
        'config_invalid',
        `${name} has ${JSON.stringify(host)}; hosts like weights.example, *.weights.example, host:8443 or http://host:8080 are expected.`,
      )
    })
  }
}

const NAMED_NETWORKS = ['loopback', 'linklocal', 'uniquelocal']

function isNetwork(text: string): boolean {
  if (NAMED_NETWORKS.includes(text)) return true
  const [, address = '', prefix] = /^([^/%]+)(?:\/(\d{1,3}))?$/.exec(text) ?? []
  const bits = { 4: 32, 6: 128 }[isIP(address)]
  // A prefix of 0 would believe whoever calls.
  return bits !== undefined && (prefix === undefined || (Number(prefix) >= 1 && Number(prefix) <= bits))
}

const invalid = (name: string, value: string, expected: string): AppError =>
  new AppError('config_invalid', `${name} is ${JSON.stringify(value)}; ${expected}.`)
