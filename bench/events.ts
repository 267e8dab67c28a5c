import { readFile } from 'node:fs/promises'
import { get, type IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { versionId } from '../src/service/dataset-ref.ts'
import { newId } from '../src/service/ids.ts'
import type { ResolvedSpec } from '../src/job-spec/schema.ts'
import { kill, startService } from '../test/helpers/service.ts'
import { classFolders, writeZip } from '../test/helpers/archives.ts'
import { printHeading, printTable, writeResult } from './report.ts'
import { startServer } from './service/server.ts'
import { median } from './statistics.ts'

const TARGET_CPU = 0.05
const JOBS = 50
/** Events of one job, as a trainer reports them. */
const EVENT_EVERY_MS = 2000
const PROBE_EVERY_MS = 50
const TICKS_PER_SECOND = 100
/** Of the streams, those that read nothing. */
const STALLED = 50

const { values: options } = parseArgs({
  options: { streams: { type: 'string', default: '500' }, seconds: { type: 'string', default: '30' } },
})

/** CPU seconds and resident bytes of a process. */
async function usage(pid: number): Promise<{ seconds: number; bytes: number }> {
  const fields = (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ')[1]?.split(' ') ?? []
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  const bytes = Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0) * 1024
  return { seconds: (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND, bytes }
}

const service = await startService()
const { process: child, url } = await startServer('anneal', service)
try {
  const [streams, seconds] = [Number(options.streams), Number(options.seconds)]
  printHeading(
    `${streams} event streams on ${JOBS} running jobs`,
    `${seconds} s; an event per job every ${EVENT_EVERY_MS / 1000} s; ${STALLED} streams read nothing`,
  )
  const { id: teamId, headers } = await service.team()
  const zip = await readFile(await writeZip(join(service.folder, 'data.zip'), classFolders(2, 6)))
  const dataset = await service.readyDataset(headers, zip)
  const { store } = service
  const jobs: { id: string; token: number }[] = []
  for (let i = 0; i < JOBS; i++) {
    const id = newId('job', Date.now())
    const datasetId = versionId(dataset.id, dataset.version)
    await store.createJob({ id, teamId, datasetId, name: 'j', spec: {} as ResolvedSpec, specHash: 'h', reasons: {} })
    jobs.push({ id, token: (await store.claimJob(id, 3_600_000))?.token ?? 0 })
  }

  const pid = child.pid ?? 0
  const before = await usage(pid)
  let received = 0
  const delays: number[] = []
  const open = (i: number): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      const path = `${url}/v1/jobs/${jobs[i % JOBS]?.id ?? ''}/events`
      get(path, { headers: { ...headers, accept: 'text/event-stream' } }, resolve).once('error', reject)
    })
  const responses: IncomingMessage[] = []
  for (let i = 0; i < streams; i++) responses.push(await open(i))
  for (const [i, response] of responses.entries()) {
    if (i < STALLED) continue
    response.setEncoding('utf8').on('data', (text: string) => {
      for (const [, sentAt] of text.matchAll(/"sentAt":(\d+)/g)) {
        received++
        delays.push(Date.now() - Number(sentAt))
      }
    })
  }
  await setTimeout(2000)

  /** Times of another call, one after the other, until it is over. */
  const probe = async (isOver: () => boolean): Promise<number[]> => {
    const times: number[] = []
    while (!isOver()) {
      const at = performance.now()
      await (await fetch(`${url}/v1/jobs/${jobs[0]?.id ?? ''}/checkpoints`, { headers })).text()
      times.push(performance.now() - at)
      await setTimeout(PROBE_EVERY_MS)
    }
    return times.sort((a, b) => a - b)
  }
  const began = performance.now()
  const start = await usage(pid)
  let isOver = false
  const probing = probe(() => isOver)
  let sent = 0
  for (let step = 0; performance.now() - began < 1000 * seconds; step++) {
    const round = performance.now()
    for (const [i, { id, token }] of jobs.entries()) {
      const due = round + (i * EVENT_EVERY_MS) / JOBS
      if (due > performance.now()) await setTimeout(due - performance.now())
      const data = {
        step,
        epoch: step / 100,
        values: { 'train/loss': 1 / (step + 1), 'train/accuracy': 0.5 },
        sentAt: Date.now(),
      }
      await store.recordJob(id, token, { events: [{ type: 'metrics', data }], metrics: [] })
      sent++
    }
  }
  const end = await usage(pid)
  const wall = (performance.now() - began) / 1000
  isOver = true
  const beside = await probing
  await setTimeout(1000)
  const [share, events] = [(end.seconds - start.seconds) / wall, received]
  for (const response of responses) response.destroy()
  await setTimeout(2000)
  // What the probes take by themselves, with no stream open.
  const [aloneStart, aloneBegan] = [await usage(pid), performance.now()]
  const alone = await probe(() => performance.now() - aloneBegan > (1000 * seconds) / 3)
  const probesShare = ((await usage(pid)).seconds - aloneStart.seconds) / ((performance.now() - aloneBegan) / 1000)
  const p99 = (ordered: readonly number[]): number => ordered[Math.floor(ordered.length * 0.99)] ?? 0
  const expected = sent * ((streams - STALLED) / JOBS)
  const result = {
    streams,
    cpuShare: share - probesShare,
    cpuShareWithProbes: share,
    eventsPerSecond: events / wall,
    delivered: events / expected,
    delayMedianMs: median(delays),
    otherCallsMedianMs: median(beside),
    otherCallsP99Ms: p99(beside),
    otherCallsMedianMsWithoutStreams: median(alone),
    otherCallsP99MsWithoutStreams: p99(alone),
    mebibytesBefore: before.bytes / 2 ** 20,
    mebibytesAfter: end.bytes / 2 ** 20,
  }
  printTable(Object.entries(result).map(([figure, value]) => ({ figure, value: value.toFixed(3) })))
  writeResult('events', { target: TARGET_CPU, ...result })
  if (result.cpuShare > TARGET_CPU || result.delivered < 1) {
    console.error(`At most ${TARGET_CPU} of a core and every event are wanted.`)
    process.exitCode = 1
  }
} finally {
  await kill(child, 'SIGKILL')
  await service.stop()
}
