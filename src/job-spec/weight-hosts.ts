/**
 * Hosts that addresses of weights may name, as an operator writes them: `weights.example` (https), `*.hf.co` (https, any host below), `*` (https, any),
 * `mirror.corp:8443` (https, also where the address is private), `http://127.0.0.1:9000` (http, also private). A loopback host with a port
 * may do without `http://`.
 */
export interface WeightHost {
  hostname: string
  port: string
  http: boolean
  /** Named by scheme or port, so that its address may be private. */
  explicit: boolean
}

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/

/** @returns undefined for what is no host. */
export function parseWeightHost(text: string): WeightHost | undefined {
  const scheme = /^https?:\/\//.exec(text)?.[0]
  const address = `${scheme ?? 'https://'}${text.slice(scheme?.length ?? 0).replace(/^\*\./, 'any-host.')}`
  if (!URL.canParse(address)) return undefined
  const url = new URL(address)
  const hostname = url.hostname.replace(/^any-host\./, '*.')
  // The default port is no part of a parsed address.
  const explicit = scheme === 'http://' || /:\d+\/?$/.test(text)
  const http = scheme === 'http://' || (scheme === undefined && explicit && LOOPBACK.test(hostname))
  return { hostname, port: url.port, http, explicit }
}

/** The entry that allows an address, if any does. */
export function allowingHost(url: URL, hosts: readonly string[]): WeightHost | undefined {
  if (url.username !== '' || url.password !== '') return undefined
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return undefined
  return hosts
    .map(parseWeightHost)
    .find(
      (host) =>
        url.port === host?.port && (url.protocol === 'https:' || host.http) && namesHost(host.hostname, url.hostname),
    )
}

function namesHost(pattern: string, hostname: string): boolean {
  if (pattern.startsWith('*.')) return hostname.endsWith(pattern.slice(1))
  return pattern === '*' || pattern === hostname
}
