import type { Report } from '../evaluation/report.ts'
import type { JobAction, JobState } from '../service/job-states.ts'
import type { LogLine } from '../service/log-resources.ts'
import type { Artifact, Checkpoint, Job, MetricSeries, Transition } from '../service/resources.ts'
import { download, get, post } from './api.ts'
import { lineChart } from './charts.ts'
import { confirmed } from './confirmed.ts'
import { card, h, morph, percent, setTitle, when, type Child } from './dom.ts'
import { live } from './live.ts'
import { mistakes } from './mistakes.ts'
import { messageOf, showNotice } from './notice.ts'
import { reportSection } from './report-section.ts'
import { table, type Column } from './table.ts'
import { tryImage } from './try-image.ts'

const ENDED: readonly JobState[] = ['succeeded', 'stopped', 'failed', 'canceled']
const REFRESH_MS = 1500
/** Of the end of the log. */
const LOG_LINES = 200
const NEAR_PIXELS = 20

const BUTTONS: Readonly<Record<JobState, JobAction[]>> = {
  queued: ['pause', 'cancel'],
  starting: ['pause', 'stop', 'cancel'],
  running: ['pause', 'stop', 'cancel'],
  finalizing: ['cancel'],
  pausing: ['stop', 'cancel'],
  paused: ['resume', 'stop', 'cancel'],
  stopping: ['cancel'],
  stopped: ['retry'],
  succeeded: [],
  failed: ['retry'],
  canceled: ['retry'],
}

const CONSEQUENCES: Readonly<Record<JobAction, string>> = {
  pause: 'Stops at a checkpoint and waits until it is resumed.',
  resume: 'Queues the job again; it resumes from its last checkpoint.',
  stop: 'Ends training after the current step. The weights so far are calibrated, evaluated and reported.',
  cancel: 'Ends the job without a report. Its checkpoints are kept.',
  retry: 'Queues the job again: a new attempt from its last checkpoint.',
}
/** What a person is asked about first. */
const CONFIRMED: readonly JobAction[] = ['stop', 'cancel']

const capitalized = (word: string): string => `${word[0]?.toUpperCase()}${word.slice(1)}`

/** One job, live until it has ended. Returns what stops the refreshing. */
export function jobPage(page: HTMLElement, id: string, fail: (error: unknown) => void): () => void {
  const parts = {
    head: h('section'),
    loss: h('div'),
    accuracy: h('div'),
    report: h('section'),
    events: h('div', { class: 'events', tabindex: '0', role: 'region', 'aria-label': 'Events' }),
    log: h('div', { class: 'events log', tabindex: '0', role: 'region', 'aria-label': 'Log' }),
    checkpoints: h('div'),
    spec: h('pre'),
  }
  page.replaceChildren(
    parts.head,
    h('div', { class: 'grid' }, card('Loss', parts.loss), card('Accuracy', parts.accuracy)),
    parts.report,
    h('div', { class: 'grid' }, card('Checkpoints', parts.checkpoints), card('Events', parts.events)),
    h('div', { class: 'grid' }, card('Log', parts.log), card('Spec', parts.spec)),
  )
  let reported = false
  const refresh = async (left: () => boolean): Promise<'again' | 'over'> => {
    const [job, metrics, events, checkpoints, log] = await Promise.all([
      get<Job>(`/v1/jobs/${id}`),
      get<{ data: MetricSeries[] }>(`/v1/jobs/${id}/metrics?maxPoints=400`),
      get<{ data: Transition[] }>(`/v1/jobs/${id}/transitions`),
      get<{ data: Checkpoint[] }>(`/v1/jobs/${id}/checkpoints`),
      get<{ data: LogLine[] }>(`/v1/jobs/${id}/logs?tail=${LOG_LINES}`),
    ])
    if (left()) return 'over'
    setTitle(job.name || job.id, job.state)
    morph(parts.head, ...heading(job, (action) => void act(job, action)))
    drawCurves(parts, metrics.data)
    morph(parts.events, ...eventRows(events.data))
    showLog(parts.log, log.data)
    morph(parts.checkpoints, checkpointTable(job, checkpoints.data))
    const spec = JSON.stringify(job.spec, null, 2)
    if (parts.spec.textContent !== spec) parts.spec.textContent = spec
    if (['succeeded', 'stopped'].includes(job.state) && job.accuracy !== null && !reported) {
      const [report, artifacts] = await Promise.all([
        get<Report>(`/v1/jobs/${id}/report`),
        get<{ data: Artifact[] }>(`/v1/jobs/${id}/artifacts`),
      ])
      if (left()) return 'over'
      const used = checkpoints.data.find(({ kind }) => kind === report.weights)
      const sections = [reportSection(id, report, artifacts.data), used && tryImage(used.id), mistakes(job, report)]
      parts.report.replaceChildren(...sections.filter((part) => part instanceof HTMLElement))
      reported = true
    }
    return ENDED.includes(job.state) ? 'over' : 'again'
  }
  const looking = live(refresh, fail, REFRESH_MS)
  const act = async (job: Job, action: JobAction): Promise<void> => {
    if (await asked(job, action)) looking.now()
  }
  return () => looking.stop()
}

/** Asks the service to do something with a job, once the person has confirmed it. @returns false where they have not. */
async function asked({ id, name }: Job, action: JobAction): Promise<boolean> {
  const question = {
    title: `${capitalized(action)} ${name || id}?`,
    consequence: CONSEQUENCES[action],
    confirm: `${capitalized(action)} the job`,
  }
  if (CONFIRMED.includes(action) && !(await confirmed(question))) return false
  try {
    await post(`/v1/jobs/${id}/${action}`)
  } catch (error) {
    showNotice(messageOf(error))
  }
  return true
}

function drawCurves({ loss, accuracy }: Record<'loss' | 'accuracy', HTMLElement>, metrics: MetricSeries[]): void {
  const find = (key: string): MetricSeries | undefined => metrics.find((series) => series.key === key)
  const curves = (of: 'loss' | 'accuracy') => [
    { label: 'training', data: find(`train/${of}`), colour: '--accent' as const },
    { label: 'validation', data: find(`val/${of}`), colour: '--second' as const },
  ]
  lineChart(loss, curves('loss'), (value) => value.toFixed(3))
  lineChart(accuracy, curves('accuracy'), percent)
}

function heading(job: Job, act: (action: JobAction) => void): Child[] {
  const buttons = BUTTONS[job.state].map((action) =>
    h('button', { click: () => act(action), title: CONSEQUENCES[action], 'data-key': action }, capitalized(action)),
  )
  const waits = job.state === 'queued' && job.reason !== null
  return [
    h(
      'div',
      { class: 'title' },
      h('h1', {}, job.name || job.id),
      h('span', { class: `state ${job.state}`, role: 'status' }, job.state),
      ...buttons,
    ),
    h(
      'div',
      { class: 'faint' },
      `${job.id} · ${when(job.createdAt)} · attempt ${job.attempt}`,
      ...(job.sweep === null ? [] : [' · ', h('a', { href: `#/sweeps/${job.sweep}` }, 'trial of a sweep')]),
    ),
    job.reason !== null &&
      h('p', { class: waits ? 'faint' : 'error' }, `${waits ? 'Waits: ' : ''}${job.reason.code}: ${job.reason.detail}`),
    ...progressOf(job),
  ]
}

function progressOf({ state, accuracy, progress }: Job): Node[] {
  const number = (label: string, value: string): HTMLElement =>
    h('div', {}, h('b', {}, value), h('span', { class: 'faint' }, label))
  const left = (seconds: number): string =>
    `${Math.floor(seconds / 60)}:${String(Math.round(seconds % 60)).padStart(2, '0')}`
  return [
    h(
      'div',
      { class: 'numbers' },
      number('test accuracy', percent(accuracy)),
      number('validation accuracy', percent(progress?.valAccuracy)),
      number('training loss', progress === null ? '–' : progress.loss.toFixed(3)),
      number('images per second', progress === null ? '–' : progress.imagesPerSecond.toFixed(0)),
      number('epoch', progress === null ? '–' : `${progress.epoch.toFixed(2)} / ${progress.epochs.toFixed(0)}`),
      number('time left', progress === null || ENDED.includes(state) ? '–' : left(progress.secondsLeft)),
    ),
    h('progress', {
      max: String(progress?.totalSteps ?? 1),
      value: String(progress?.step ?? 0),
      'aria-label': 'steps done',
    }),
  ]
}

function eventRows(transitions: Transition[]): Node[] {
  return [...transitions].reverse().map(({ from, to, reason, at }) => {
    const why = reason === null ? '' : ` (${reason.detail})`
    return h(
      'div',
      {},
      h('span', { class: 'faint' }, `${new Date(at).toLocaleTimeString()}  `),
      `${from === null ? '' : `${from} → `}${to}${why}`,
    )
  })
}

/** Stays at its end, unless somebody has scrolled away from it. */
function showLog(panel: HTMLElement, lines: LogLine[]): void {
  const isAtEnd = panel.scrollTop + panel.clientHeight >= panel.scrollHeight - NEAR_PIXELS
  morph(
    panel,
    ...(lines.length === 0
      ? [h('span', { class: 'faint' }, 'Nothing yet.')]
      : lines.map(({ at, attempt, stream, text }) =>
          h(
            'div',
            {},
            h('span', { class: 'faint' }, `${new Date(at).toLocaleTimeString()}  ${attempt} ${stream}  `),
            text,
          ),
        )),
  )
  if (isAtEnd) panel.scrollTop = panel.scrollHeight
}

function checkpointTable(job: Job, checkpoints: Checkpoint[]): HTMLElement {
  if (checkpoints.length === 0) return h('p', { class: 'faint' }, 'None yet.')
  const name = (kind: string): string => `${(job.name || job.id).replaceAll(/[^\w.-]/g, '_')}-${kind}.safetensors`
  const save = ({ id, kind }: Checkpoint): void => {
    download(`/v1/checkpoints/${id}/content`, name(kind)).catch((error: unknown) => showNotice(messageOf(error)))
  }
  const columns: Column<Checkpoint>[] = [
    { title: 'kind', cell: ({ kind }) => kind },
    { title: 'step', number: true, cell: ({ step }) => String(step) },
    { title: 'size', number: true, cell: ({ sizeBytes }) => `${(sizeBytes / 1e6).toFixed(1)} MB` },
    { title: '', label: 'download', cell: (row) => h('button', { click: () => save(row) }, 'Download') },
  ]
  return table(columns, checkpoints, ({ kind }) => ({ 'data-key': kind }))
}
