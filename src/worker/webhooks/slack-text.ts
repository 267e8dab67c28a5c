/** What a message tells of, as far as a text can say it. */
interface Payload {
  type: string
  data: {
    id?: string
    name?: string
    state?: string
    accuracy?: number | null
    version?: number
    reason?: { detail?: string } | null
  }
}

/** A message as one line for a chat: what ended, how, and why. */
export function slackText(payload: unknown): string {
  const { type, data } = payload as Payload
  const [kind = '', happened = ''] = type.split('.')
  if (kind === 'webhook') return 'A test of Anneal: this webhook works.'
  const what = kind === 'dataset' ? 'Data set' : kind === 'sweep' ? 'Sweep' : 'Job'
  const name = data.name === undefined || data.name === '' ? '' : ` *${escaped(data.name)}*`
  const version = data.version === undefined ? '' : ` version ${data.version}`
  const accuracy = typeof data.accuracy === 'number' ? `, test accuracy ${(100 * data.accuracy).toFixed(2)} %` : ''
  const reason = data.reason?.detail === undefined ? '' : `: ${escaped(data.reason.detail)}`
  return `${what}${name}${version} (${data.id ?? ''}) ${happened === 'ready' ? 'is ready' : happened}${accuracy}${reason}`
}

/** Source: https://docs.slack.dev/messaging/formatting-message-text/#escaping. */
const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
