import { randomBytes } from 'node:crypto'
import { get, request, type IncomingMessage } from 'node:http'
import { setTimeout } from 'node:timers/promises'
import autocannon from 'autocannon'
import { quantile } from '../statistics.ts'

/** Bytes of an upload that are sent at a time, and how often. */
const PIECE = randomBytes(1 << 20)
const PIECE_EVERY_MS = 50

export interface PollFigures {
  pollers: number
  streams: number
  pollsPerSecond: number
  p50Ms: number
  p99Ms: number
  /** Sent by the upload meanwhile. */
  uploadedMiB: number
}

/** Clients that poll a job once a second each, while event streams are open and an archive is being uploaded. */
export async function pollBesideStreamsAndUpload(
  url: string,
  { path, headers, pollers, streams, seconds }: PollSettings,
): Promise<PollFigures> {
  const open: IncomingMessage[] = []
  for (let i = 0; i < streams; i++) open.push(await openStream(`${url}${path}/events`, headers))
  const upload = startUpload(url, headers)
  const result = await autocannon({
    url: `${url}${path}`,
    headers,
    connections: pollers,
    overallRate: pollers,
    duration: seconds,
    timeout: 30,
  })
  const uploadedMiB = upload.stop() / 2 ** 20
  for (const response of open) response.destroy()
  if (result.non2xx > 0 || result.errors > 0)
    throw new Error(`${result.non2xx} polls were not answered with 2xx, ${result.errors} failed.`)
  const { p50, p99 } = result.latency
  return { pollers, streams, pollsPerSecond: result.requests.average, p50Ms: p50, p99Ms: p99, uploadedMiB }
}

export interface PollSettings {
  path: string
  headers: Record<string, string>
  pollers: number
  streams: number
  seconds: number
}

const openStream = (url: string, headers: Record<string, string>): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    get(url, { headers: { ...headers, accept: 'text/event-stream' }, agent: false }, (response) => {
      response.resume()
      resolve(response)
    }).once('error', reject)
  })

/** An archive that arrives at 20 MiB a second until it is stopped. */
function startUpload(url: string, headers: Record<string, string>): { stop: () => number } {
  const boundary = '----upload'
  const upload = request(`${url}/v1/datasets`, {
    method: 'POST',
    headers: { ...headers, 'content-type': `multipart/form-data; boundary=${boundary}` },
  })
  upload.on('error', () => undefined).on('response', (response) => response.resume())
  upload.write(`--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="a.zip"\r\n\r\n`)
  let sent = 0
  let isOver = false
  const run = async (): Promise<void> => {
    while (!isOver) {
      if (!upload.writableNeedDrain) {
        upload.write(PIECE)
        sent += PIECE.length
      }
      await setTimeout(PIECE_EVERY_MS)
    }
    upload.destroy()
  }
  void run()
  return {
    stop() {
      isOver = true
      return sent
    },
  }
}

/** Milliseconds of a call, made so many times one after the other. */
export async function timesOf(
  url: string,
  headers: Record<string, string>,
  repetitions: number,
): Promise<{ p50Ms: number; p95Ms: number }> {
  const times: number[] = []
  for (let i = 0; i < repetitions; i++) {
    const at = performance.now()
    const response = await fetch(url, { headers })
    const text = await response.text()
    if (!response.ok) throw new Error(`${url} was answered with ${response.status}: ${text}`)
    times.push(performance.now() - at)
  }
  return { p50Ms: quantile(times, 0.5), p95Ms: quantile(times, 0.95) }
}
