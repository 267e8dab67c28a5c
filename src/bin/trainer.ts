/**
 * The trainer process: loads the engine, reads one task from standard input, and writes events as JSON lines on fd 3. SIGTERM makes it
 * finish the step, write a checkpoint and end with `interrupted`; SIGUSR2 has it end training there and report on the weights so far.
 */
import { createWriteStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { onDevices } from './devices.ts'
import { machineOf } from './machine.ts'
import { openPacked } from '../data/open.ts'
import { loadEngine } from '../engine/load.ts'
import { AppError } from '../errors.ts'
import type { ResolvedSpec } from '../job-spec/schema.ts'
import type { PolicySearchOptions } from '../job-spec/policy-search.ts'
import type { RangeTestOptions } from '../job-spec/tasks.ts'
import type { TrainEvent } from '../train/process/events.ts'
import { fit } from '../train/fit.ts'
import { handOver } from '../train/process/hand-over.ts'
import { loadPage, withReportPage } from '../train/report/with-page.ts'
import type { TrainerSettings, TrainerTask } from '../train/process/task.ts'

const DATA_CODES = new Set(['dataset_corrupt'])
const CAPACITY_CODES = new Set(['out_of_memory'])
const USER_CODES = new Set([
  'invalid_spec',
  'image_size_unsupported',
  'class_count_mismatch',
  'weights_invalid',
  'checkpoint_invalid',
  'non_finite_loss',
])

const events = createWriteStream('', { fd: 3 })
const write = (event: TrainEvent): Promise<void> =>
  new Promise((resolve, reject) => {
    events.write(`${JSON.stringify(event)}\n`, (error) => {
      if (error) reject(error)
      else resolve()
    })
  })

/** What V8 says where an array gets no memory. */
const NO_ARRAY = 'Array buffer allocation failed'

function failure(error: unknown): TrainEvent {
  const detail = error instanceof Error ? error.message : String(error)
  if (error instanceof RangeError && detail.includes(NO_ARRAY)) return failure(new AppError('out_of_memory', detail))
  if (error instanceof AppError) {
    const fault = faultOf(error)
    return { type: 'failed', code: error.code, fault, retryable: fault === 'infra' || fault === 'capacity', detail }
  }
  // The stack is for the log of whoever started this process, not for the job's reason.
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`)
  return { type: 'failed', code: 'internal', fault: 'infra', retryable: true, detail }
}

function faultOf({ code, retryable }: AppError): 'data' | 'capacity' | 'user' | 'infra' {
  if (DATA_CODES.has(code)) return 'data'
  if (CAPACITY_CODES.has(code)) return 'capacity'
  if (USER_CODES.has(code)) return 'user'
  // A hub that cannot be reached may answer later; one that has no such file will not.
  return code === 'weights_unavailable' && !retryable ? 'user' : 'infra'
}

/** A run's clock begins with its process. */
const inUnixTime = (event: TrainEvent): TrainEvent => {
  if (event.type !== 'span') return event
  const { timeOrigin } = performance
  return { ...event, startMs: timeOrigin + event.startMs, endMs: timeOrigin + event.endMs }
}

const checkpointAndExit = new AbortController()
process.on('SIGTERM', () => {
  checkpointAndExit.abort()
})
const stopEarly = new AbortController()
process.on('SIGUSR2', () => {
  stopEarly.abort()
})
process.on('SIGINT', () => undefined)

const settings = JSON.parse(process.argv[2] ?? '{}') as TrainerSettings
try {
  const engine = await loadEngine(settings)
  // A trainer mostly waits for its task here, and what fails to load is said where it is used.
  loadPage().catch(() => undefined)
  let task: TrainerTask | undefined
  for await (const line of createInterface({ input: process.stdin })) {
    task = JSON.parse(line) as TrainerTask
    break
  }
  // The parent keeps this pipe open while it lives: a trainer that outlives its worker would only take the device from the next one.
  process.stdin.once('end', () => process.exit(1)).resume()
  if (task !== undefined) {
    const resolution = { spec: task.spec as ResolvedSpec, hash: task.specHash }
    const options = {
      engine,
      signal: checkpointAndExit.signal,
      stopEarly: stopEarly.signal,
      pauseAt: task.pauseAt,
      traceEverySteps: task.traceEverySteps,
      continues: task.continues,
      outDir: task.outDir,
      weights: task.weights,
      now: () => performance.now(),
    }
    const dataset = openPacked(task.dataDir)
    const { origin, baselines, reasons, specHash } = task
    const facts = { now: () => new Date(), machine: machineOf(), specHash, origin, baselines }
    const page = { dataset, outDir: task.outDir, spec: resolution.spec, reasons, facts }
    const runs = {
      'range-test': async () => {
        const { rangeTest } = await import('../train/range-test/range-test.ts')
        return rangeTest(resolution.spec, dataset, { ...options, options: task.options as RangeTestOptions })
      },
      'policy-search': async () => {
        const { policySearch } = await import('../train/policy-search/search.ts')
        return policySearch(resolution, dataset, { ...options, options: task.options as PolicySearchOptions })
      },
      fit: () => {
        const places = { engine, settings, environment: process.env }
        const trained = onDevices(task, places, (parallel) => fit(resolution, dataset, { ...options, parallel }))
        return task.group === undefined ? withReportPage(trained, page) : trained
      },
    }
    const { handOver: folder } = task
    for await (const event of await runs[task.kind ?? 'fit']())
      await write(folder === undefined ? event : await handOver(inUnixTime(event), folder))
  }
} catch (error) {
  await write(failure(error))
}
events.end(() => process.exit(0))
