import { randomBytes } from 'node:crypto'
import { Agent, get, request, type IncomingMessage } from 'node:http'
import { setTimeout } from 'node:timers/promises'
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

/** Clients that poll jobs once a second each, while event streams are open and an archive is being uploaded. */
export async function pollBesideStreamsAndUpload(
  url: string,
  { paths, headers, pollers, streams, seconds }: PollSettings,
): Promise<PollFigures> {
  const open: IncomingMessage[] = []
  for (let i = 0; i < streams; i++) open.push(await openStream(`${url}${paths[i % paths.length]!}/events`, headers))
  const upload = startUpload(url, headers)
  const polling = new Polling(headers)
  await Promise.all(
    Array.from({ length: pollers }, (_, i) =>
      polling.poller(`${url}${paths[i % paths.length]!}`, { phase: i / pollers, seconds }),
    ),
  )
  const uploadedMiB = upload.stop() / 2 ** 20
  for (const response of open) response.destroy()
  polling.close()
  const { times } = polling
  return {
    pollers,
    streams,
    pollsPerSecond: times.length / seconds,
    p50Ms: quantile(times, 0.5),
    p99Ms: quantile(times, 0.99),
    uploadedMiB,
  }
}

/** Clients that each poll once a second, spread over the second, each over a connection of its own. */
class Polling {
  /** Milliseconds from when a poll was due to the end of its answer. */
  readonly times: number[] = []
  private readonly agent = new Agent({ keepAlive: true, maxSockets: Infinity, maxFreeSockets: Infinity })
  private readonly headers: Record<string, string>

  constructor(headers: Record<string, string>) {
    this.headers = headers
  }

  /** @param phase of its polls within the second, in [0, 1) */
  async poller(url: string, { phase, seconds }: { phase: number; seconds: number }): Promise<void> {
    const began = performance.now()
    // The first polls open the connections, and are not counted.
    for (let second = 0; second <= seconds; second++) {
      const due = began + 1000 * (second + phase)
      await setTimeout(Math.max(0, due - performance.now()))
      await this.poll(url)
      if (second > 0) this.times.push(performance.now() - due)
    }
  }

  close(): void {
    this.agent.destroy()
  }

  private poll(url: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const { agent, headers } = this
      get(url, { agent, headers }, (response) => {
        response.resume().once('end', () => {
          if (response.statusCode === 200) resolve()
          else reject(new Error(`A poll was answered with ${response.statusCode}.`))
        })
      }).once('error', reject)
    })
  }
}

export interface PollSettings {
  /** Of the jobs that are polled, each by as many clients. */
  paths: readonly string[]
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
