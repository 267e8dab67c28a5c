import { AnnealError, annealOf } from '../../api.ts'
import { credentials } from '../../credentials.ts'
import { sending } from '../../shared/upload/sending.ts'
import type { Source } from '../../shared/upload/source.ts'

export interface IngestChoices {
  name: string
  leakage: 'remove' | 'refuse'
  nearDuplicates: 'report' | 'remove' | 'refuse'
  groupBy: string
}

/** An upload from this tab: sending → done; or paused and failed, from which it is resumed. */
export interface Transfer {
  id: string
  /** In which it was begun, and remains. */
  team: string | undefined
  name: string
  state: 'sending' | 'paused' | 'failed' | 'done'
  sentBytes: number
  sizeBytes: number
  error?: unknown
  /** Id of the upload at the service, once it has one. */
  upload?: string
  /** The data set that was made of it. */
  dataset?: string
}

interface Running {
  source: Source
  choices: IngestChoices
  stop?: AbortController
}

/** Uploads of this tab go on while other pages of it, and other teams, are looked at. */
class Transfers {
  private list: readonly Transfer[] = []
  private readonly running = new Map<string, Running>()
  private readonly listeners = new Set<() => void>()
  private started = 0

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => void this.listeners.delete(listener)
  }
  readonly current = (): readonly Transfer[] => this.list

  /** @param onDone told when the data set was made */
  begin(source: Source, choices: IngestChoices, onDone: () => void): void {
    const id = `transfer-${++this.started}`
    this.running.set(id, { source, choices })
    const { sizeBytes } = source
    const team = credentials.team()
    this.list = [{ id, team, name: choices.name, state: 'sending', sentBytes: 0, sizeBytes }, ...this.list]
    void this.send(id, onDone)
  }

  pause(id: string): void {
    this.running.get(id)?.stop?.abort()
  }

  resume(id: string, onDone: () => void): void {
    void this.send(id, onDone)
  }

  /** Takes it out of the list; what has come is removed. */
  async cancel(id: string): Promise<void> {
    const found = this.list.find((one) => one.id === id)
    this.pause(id)
    this.running.delete(id)
    this.list = this.list.filter((one) => one.id !== id)
    this.tell()
    if (found?.upload === undefined || found.state === 'done') return
    await annealOf(found.team).api.DELETE('/v1/uploads/{id}', { params: { path: { id: found.upload } } })
  }

  private async send(id: string, onDone: () => void): Promise<void> {
    const run = this.running.get(id)
    const transfer = this.list.find((one) => one.id === id)
    if (run === undefined || transfer === undefined) return
    const stop = new AbortController()
    run.stop = stop
    this.change(id, { state: 'sending', error: undefined })
    const { groupBy, ...choices } = run.choices
    try {
      const dataset = await sending(transfer.team, ({ anneal, headers }) =>
        anneal.datasets.upload(run.source.content, {
          ...choices,
          ...(groupBy === '' ? {} : { groupBy }),
          signal: stop.signal,
          headers,
          onStarted: (upload) => this.change(id, { upload }),
          onProgress: (sentBytes, totalBytes) =>
            this.change(id, { sentBytes, ...(totalBytes === null ? {} : { sizeBytes: totalBytes }) }),
        }),
      )
      this.running.delete(id)
      this.change(id, { state: 'done', dataset: dataset.id })
      onDone()
    } catch (error) {
      if (stop.signal.aborted) this.change(id, { state: 'paused' })
      else this.change(id, { state: 'failed', error })
    }
  }

  private change(id: string, changes: Partial<Transfer>): void {
    this.list = this.list.map((one) => (one.id === id ? { ...one, ...changes } : one))
    this.tell()
  }

  private tell(): void {
    for (const listener of this.listeners) listener()
  }
}

export const transfers = new Transfers()

/** Whether sending it once more may help. */
export const mayResume = ({ state, error }: Transfer): boolean =>
  state === 'paused' || (state === 'failed' && (!(error instanceof AnnealError) || error.retryable))
