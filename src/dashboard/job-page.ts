import { download, get, post } from './api.ts'
import { lineChart, type Series } from './charts.ts'
import { card, h, percent, when } from './dom.ts'
import { mistakes } from './mistakes.ts'
import { reportSection } from './report-section.ts'
import type { ArtifactRow, CheckpointRow, JobRow, ReportRow, TransitionRow } from './resources.ts'
import { tryImage } from './try-image.ts'

const ENDED = ['succeeded', 'stopped', 'failed', 'canceled']
const REFRESH_MS = 1500
const BUTTONS: Readonly<Record<string, string[]>> = {
  queued: ['pause', 'cancel'],
  starting: ['pause', 'stop', 'cancel'],
  running: ['pause', 'stop', 'cancel'],
  finalizing: ['cancel'],
  pausing: ['stop', 'cancel'],
  paused: ['resume', 'stop', 'cancel'],
  stopping: ['cancel'],
  stopped: ['retry'],
  failed: ['retry'],
  canceled: ['retry'],
}

/** One job, live until it has ended. Returns what stops the refreshing. */
export function jobPage(page: HTMLElement, id: string, fail: (error: unknown) => void): () => void {
  const parts = {
    head: h('section'),
    loss: h('div'),
    accuracy: h('div'),
    report: h('section'),
    events: h('div', { class: 'events' }),
    checkpoints: h('div'),
    spec: h('pre'),
  }
  page.replaceChildren(
    parts.head,
    h('div', { class: 'grid' }, card('Loss', parts.loss), card('Accuracy', parts.accuracy)),
    parts.report,
    h('div', { class: 'grid' }, card('Checkpoints', parts.checkpoints), card('Events', parts.events)),
    h('div', { class: 'grid' }, card('Spec', parts.spec)),
  )
  let timer: number | undefined
  let stopped = false
  let reported = false
  const refresh = async (): Promise<void> => {
    try {
      const [job, metrics, events, checkpoints] = await Promise.all([
        get<JobRow>(`/v1/jobs/${id}`),
        get<{ data: Series[] }>(`/v1/jobs/${id}/metrics?maxPoints=400`),
        get<{ data: TransitionRow[] }>(`/v1/jobs/${id}/transitions`),
        get<{ data: CheckpointRow[] }>(`/v1/jobs/${id}/checkpoints`),
      ])
      if (stopped) return
      parts.head.replaceChildren(...heading(job, act))
      const find = (key: string): Series | undefined => metrics.data.find((series) => series.key === key)
      lineChart(
        parts.loss,
        [
          { label: 'training', data: find('train/loss'), colour: '--accent' },
          { label: 'validation', data: find('val/loss'), colour: '--second' },
        ],
        (value) => value.toFixed(3),
      )
      lineChart(
        parts.accuracy,
        [
          { label: 'training', data: find('train/accuracy'), colour: '--accent' },
          { label: 'validation', data: find('val/accuracy'), colour: '--second' },
        ],
        percent,
      )
      parts.events.replaceChildren(...eventRows(events.data))
      parts.checkpoints.replaceChildren(checkpointTable(checkpoints.data))
      parts.spec.textContent = JSON.stringify(job.spec, null, 2)
      if (['succeeded', 'stopped'].includes(job.state) && job.accuracy !== null && !reported) {
        reported = true
        const [report, artifacts] = await Promise.all([
          get<ReportRow>(`/v1/jobs/${id}/report`),
          get<{ data: ArtifactRow[] }>(`/v1/jobs/${id}/artifacts`),
        ])
        const used = checkpoints.data.find(({ kind }) => kind === report.weights)
        const sections = [reportSection(id, report, artifacts.data), used && tryImage(used.id), mistakes(job, report)]
        parts.report.replaceChildren(...sections.filter((part) => part instanceof HTMLElement))
      }
      if (!ENDED.includes(job.state)) timer = window.setTimeout(() => void refresh(), REFRESH_MS)
    } catch (error) {
      if (!stopped) fail(error)
    }
  }
  const act = (action: string): void => {
    window.clearTimeout(timer)
    post(`/v1/jobs/${id}/${action}`).then(refresh, fail)
  }
  void refresh()
  return () => {
    stopped = true
    window.clearTimeout(timer)
  }
}

function heading(job: JobRow, act: (action: string) => void): Node[] {
  const { progress } = job
  const number = (label: string, value: string): HTMLElement =>
    h('div', {}, h('b', {}, value), h('span', { class: 'faint' }, label))
  const buttons = (BUTTONS[job.state] ?? []).map((action) =>
    h('button', { click: () => act(action) }, `${action[0]?.toUpperCase()}${action.slice(1)}`),
  )
  return [
    h(
      'div',
      { class: 'title' },
      h('h1', {}, job.name || job.id),
      h('span', { class: `state ${job.state}` }, job.state),
      ...buttons,
    ),
    h(
      'div',
      { class: 'faint' },
      `${job.id} · ${when(job.createdAt)} · attempt ${job.attempt}`,
      ...(job.sweep === null ? [] : [' · ', h('a', { href: `#/sweeps/${job.sweep}` }, 'trial of a sweep')]),
    ),
    ...(job.reason === null ? [] : [h('p', { class: 'error' }, `${job.reason.code}: ${job.reason.detail}`)]),
    h(
      'div',
      { class: 'numbers' },
      number('test accuracy', percent(job.accuracy)),
      number('validation accuracy', percent(progress?.valAccuracy)),
      number('training loss', progress === null ? '–' : progress.loss.toFixed(3)),
      number('images a second', progress === null ? '–' : progress.imagesPerSecond.toFixed(0)),
      number('epoch', progress === null ? '–' : `${progress.epoch.toFixed(2)} / ${progress.epochs.toFixed(0)}`),
      number(
        'time left',
        progress === null || ENDED.includes(job.state)
          ? '–'
          : `${Math.floor(progress.secondsLeft / 60)}:${String(Math.round(progress.secondsLeft % 60)).padStart(2, '0')}`,
      ),
    ),
    h('progress', {
      max: String(progress?.totalSteps ?? 1),
      value: String(progress?.step ?? 0),
      'aria-label': 'steps done',
    }),
  ]
}

function eventRows(transitions: TransitionRow[]): Node[] {
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

function checkpointTable(checkpoints: CheckpointRow[]): HTMLElement {
  if (checkpoints.length === 0) return h('p', { class: 'faint' }, 'None yet.')
  const rows = checkpoints.map(({ id, kind, step, sizeBytes }) =>
    h(
      'tr',
      {},
      h('td', {}, kind),
      h('td', { class: 'number' }, String(step)),
      h('td', { class: 'number' }, `${(sizeBytes / 1e6).toFixed(1)} MB`),
      h(
        'td',
        {},
        h('button', { click: () => void download(`/v1/checkpoints/${id}/content`, `${kind}.safetensors`) }, 'Download'),
      ),
    ),
  )
  return h(
    'table',
    {},
    h(
      'thead',
      {},
      h(
        'tr',
        {},
        h('th', {}, 'kind'),
        h('th', { class: 'number' }, 'step'),
        h('th', { class: 'number' }, 'size'),
        h('th'),
      ),
    ),
    h('tbody', {}, ...rows),
  )
}
