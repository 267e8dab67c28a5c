import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { ApiError } from '../../src/client/api-error.ts'
import { JOB_STATES } from '../../src/service/job-states.ts'
import type { PredictionBatch } from '../../src/service/prediction-resources.ts'
import type { Checkpoint, Dataset, Job } from '../../src/service/resources.ts'
import type { Sweep } from '../../src/service/sweep-resources.ts'
import type { Rng } from '../../src/zoo/define.ts'
import { classFolders, png, writeZip } from '../helpers/archives.ts'
import type { CheckpointRow } from '../helpers/invariants.ts'
import { eventually } from '../helpers/service.ts'
import type { Installation } from './installation.ts'

const [CLASSES, IMAGES_PER_CLASS] = [3, 100]
/** Jobs that have not ended, so that every fault meets work. */
const JOBS_UNDER_WAY = 3
/** How long anything may take among faults on a busy machine. */
const PATIENCE = { withinMs: 600_000, everyMs: 300 }
const FITS = {
  plain: { augment: ['random-crop'], schedule: { name: 'linear', learningRate: 0.05 } },
  averaged: { averaging: 'ema', optimizer: 'adam', budget: { epochs: 6 } },
  mixed: { mix: 'mixup', augment: ['random-crop'] },
} as const
export type Fit = keyof typeof FITS
export const FIT_KINDS = Object.keys(FITS) as Fit[]
const SHARED = {
  model: { name: 'resnet20', width: 4 },
  batchSize: 16,
  precision: 'float32',
  budget: { epochs: 10 },
  seed: 7,
}

const sha256 = (content: Uint8Array | string): string => createHash('sha256').update(content).digest('hex')
const isOver = ({ state }: { state: string }): boolean => ['succeeded', 'failed', 'canceled', 'stopped'].includes(state)
const OPEN_STATES = JOB_STATES.filter((state) => !isOver({ state })).join()

/** What is done, one after the other or at a time, while faults happen. */
const ACTIVITIES = [
  'cancel',
  'cancel and retry',
  'pause and resume',
  'stop and retry',
  'sweep',
  'upload',
  'version',
  'batch',
  'predict',
  'export',
] as const
export type Activity = (typeof ACTIVITIES)[number]

/** Work for an installation, and what has become of it. */
export class Load {
  readonly violations: string[] = []
  readonly begun: Record<string, number> = {}
  /** Checkpoints that a fault has damaged, by the keys of their blobs. */
  readonly damaged = new Map<string, CheckpointRow>()
  /** First results, by what was done. */
  private readonly results = new Map<string, string>()
  compared = 0
  private readonly installation: Installation
  private readonly rng: Rng
  private readonly zip: string
  private dataset = ''
  private checkpoint = ''
  private readonly pending: Promise<unknown>[] = []

  private constructor(installation: Installation, rng: Rng, zip: string) {
    this.installation = installation
    this.rng = rng
    this.zip = zip
  }

  /** With its data set, an undisturbed run of each kind, and the results that later ones are compared with. */
  static async start(installation: Installation, rng: Rng): Promise<Load> {
    const zip = await writeZip(join(installation.service.folder, 'data.zip'), classFolders(CLASSES, IMAGES_PER_CLASS))
    const load = new Load(installation, rng, zip)
    load.dataset = await load.upload()
    const fits: string[] = []
    for (const kind of FIT_KINDS) fits.push((await load.submit(kind)).id)
    await load.everyJobIsOver()
    const { data } = await installation.client.get<{ data: Checkpoint[] }>(`/v1/jobs/${fits[0]}/checkpoints`)
    load.checkpoint = data.find(({ kind }) => kind === 'best')?.id ?? ''
    for (const activity of ['batch', 'predict', 'export'] as const) await load.run(activity)
    return load
  }

  /** Jobs that have not ended. */
  openJobs(): Promise<Job[]> {
    return this.patiently(
      async () => (await this.client.get<{ data: Job[] }>(`/v1/jobs?limit=100&state=${OPEN_STATES}`)).data,
    )
  }

  /** One activity, next to what goes on. @returns once it has ended, well or badly */
  begin(activity: Activity): Promise<void> {
    this.begun[activity] = (this.begun[activity] ?? 0) + 1
    const ended = this.run(activity).then(
      () => undefined,
      (error: unknown) => {
        this.violations.push(`${activity}: ${error instanceof Error ? error.message : String(error)}`)
      },
    )
    this.pending.push(ended)
    return ended
  }

  async keepBusy(): Promise<void> {
    void this.begin(this.drawn(ACTIVITIES))
    await this.fillUp()
  }

  /** Submits jobs until as many as there should be are under way. */
  async fillUp(): Promise<void> {
    for (let open = (await this.openJobs()).length; open < JOBS_UNDER_WAY; open++)
      await this.submit(this.drawn(FIT_KINDS))
  }

  /** Until everything has come to its end. */
  async settle(): Promise<void> {
    await Promise.all(this.pending)
    await this.everyJobIsOver()
  }

  private drawn<T>(items: readonly T[]): T {
    return items[this.rng.integer(items.length)]!
  }

  private async everyJobIsOver(): Promise<void> {
    await this.patiently(async () => ((await this.openJobs()).length === 0 ? true : undefined))
  }

  private get client(): Installation['client'] {
    return this.installation.client
  }

  private patiently<T>(read: () => Promise<T | undefined>): Promise<T> {
    return eventually(read, PATIENCE)
  }

  private submit(kind: Fit): Promise<Job> {
    const spec = { ...SHARED, ...FITS[kind], name: `fit ${kind}`, dataset: `${this.dataset}@1` }
    return this.patiently(() => this.client.post<Job>('/v1/jobs', spec))
  }

  private run(activity: Activity): Promise<unknown> {
    switch (activity) {
      case 'cancel':
        return this.asked(['cancel'])
      case 'cancel and retry':
        return this.asked(['cancel', 'retry'])
      case 'pause and resume':
        return this.asked(['pause', 'resume'])
      case 'stop and retry':
        return this.asked(['stop', 'retry'])
      case 'sweep':
        return this.sweep()
      case 'upload':
        return this.upload()
      case 'version':
        return this.version()
      case 'batch':
        return this.batch()
      case 'predict':
        return this.predict()
      case 'export':
        return this.export()
    }
  }

  /** Asks one thing after the other of a job, each where the job allows it. */
  private async asked(actions: readonly ('cancel' | 'retry' | 'pause' | 'resume' | 'stop')[]): Promise<void> {
    const waitMs = this.rng.uniform() * 8000
    const { id } = await this.submit('plain')
    const read = (): Promise<Job> => this.patiently(() => this.client.get<Job>(`/v1/jobs/${id}`))
    await setTimeout(waitMs)
    for (const action of actions) {
      if (action === 'retry' || action === 'resume')
        await this.patiently(async () => {
          const job = await read()
          return isOver(job) || job.state === 'paused' ? true : undefined
        })
      await this.patiently(() =>
        this.client.post<Job>(`/v1/jobs/${id}/${action}`).catch((error: unknown) => {
          // It is over, or an answer was lost.
          if (error instanceof ApiError && error.status === 409) return read()
          throw error
        }),
      )
    }
  }

  private async sweep(): Promise<void> {
    const { id } = await this.patiently(() =>
      this.client.post<Sweep>('/v1/sweeps', {
        name: 'grid',
        kind: 'grid',
        dataset: `${this.dataset}@1`,
        spec: { ...SHARED, budget: { epochs: 2 } },
        space: { '/schedule/learningRate': { values: [0.01, 0.05] } },
      }),
    )
    const sweep = await this.patiently(async () => {
      const found = await this.client.get<Sweep>(`/v1/sweeps/${id}`)
      return found.state === 'running' ? undefined : found
    })
    if (sweep.state !== 'succeeded')
      throw new Error(`${id} is ${sweep.state}: ${JSON.stringify([sweep.reason, sweep.trials])}`)
  }

  private async upload(): Promise<string> {
    const { id } = await this.patiently(() => this.client.upload<Dataset>(this.zip, { name: 'shapes' }))
    const { images } = await this.ready(id)
    this.compare('images of an upload', JSON.stringify(images))
    return id
  }

  private async version(): Promise<void> {
    const { version } = await this.patiently(() =>
      this.client.post<{ version: number }>(`/v1/datasets/${this.dataset}/versions`, {
        base: 1,
        remove: [{ class: 'class0', split: 'val' }],
      }),
    )
    const { images } = await this.ready(`${this.dataset}@${version}`)
    this.compare('images of a version', JSON.stringify(images))
  }

  private async ready(id: string): Promise<Dataset> {
    const dataset = await this.patiently(async () => {
      const found = await this.client.get<Dataset>(`/v1/datasets/${id}`)
      return found.state === 'ingesting' ? undefined : found
    })
    if (dataset.state !== 'ready') throw new Error(`${id} is ${dataset.state}: ${JSON.stringify(dataset.reason)}`)
    return dataset
  }

  private async batch(): Promise<void> {
    const { id } = await this.patiently(() =>
      this.client.post<PredictionBatch>('/v1/predictions', {
        checkpoint: this.checkpoint,
        dataset: `${this.dataset}@1`,
      }),
    )
    const batch = await this.patiently(async () => {
      const found = await this.client.get<PredictionBatch>(`/v1/predictions/${id}`)
      return isOver(found) ? found : undefined
    })
    if (batch.state !== 'succeeded') throw new Error(`${id} is ${batch.state}: ${JSON.stringify(batch.reason)}`)
    this.compare('predictions of a batch', batch.result?.sha256 ?? '')
  }

  private async predict(): Promise<void> {
    const answer = await this.bytes(`/v1/checkpoints/${this.checkpoint}/predict`, {
      method: 'POST',
      headers: { 'content-type': 'image/png' },
      body: new Uint8Array(png(1)),
    })
    this.compare('a prediction', new TextDecoder().decode(answer))
  }

  private async export(): Promise<void> {
    for (const format of ['safetensors', 'onnx'])
      this.compare(
        `an export to ${format}`,
        sha256(await this.bytes(`/v1/checkpoints/${this.checkpoint}/exports?format=${format}`)),
      )
  }

  private bytes(path: string, { headers, ...options }: RequestInit = {}): Promise<Uint8Array> {
    const { url, headers: key } = this.installation
    return this.patiently(async () => {
      const answer = await fetch(`${url}${path}`, {
        ...options,
        headers: { ...(headers as Record<string, string>), ...key },
        signal: AbortSignal.timeout(60_000),
      })
      return answer.ok ? new Uint8Array(await answer.arrayBuffer()) : undefined
    })
  }

  /** What was done again has the same result. */
  private compare(what: string, result: string): void {
    const first = this.results.get(what) ?? result
    this.results.set(what, first)
    this.compared++
    if (result !== first) this.violations.push(`${what} is ${result.slice(0, 300)}, and was ${first.slice(0, 300)}`)
  }
}
