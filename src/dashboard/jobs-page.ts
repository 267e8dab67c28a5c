import type { JobState } from '../service/job-states.ts'
import type { JobSummary } from '../service/resources.ts'
import { comparisonChoice } from './comparison-choice.ts'
import { h, percent, setTitle, when } from './dom.ts'
import { liveList } from './live-list.ts'
import { table, type Column } from './table.ts'

/** A record, so that the compiler requires every state. */
const STATES = Object.keys({
  queued: true,
  starting: true,
  running: true,
  finalizing: true,
  pausing: true,
  paused: true,
  stopping: true,
  stopped: true,
  succeeded: true,
  failed: true,
  canceled: true,
} satisfies Record<JobState, true>)

/** The team's jobs, newest first, by pages, live. Returns what stops the refreshing. */
export function jobsPage(page: HTMLElement, fail: (error: unknown) => void): () => void {
  setTitle('Jobs')
  const { box, button } = comparisonChoice()
  const list = h('div')
  const state = h(
    'select',
    { 'aria-label': 'state', change: ({ currentTarget }) => show((currentTarget as HTMLSelectElement).value) },
    h('option', { value: '' }, 'all states'),
    ...STATES.map((name) => h('option', { value: name }, name)),
  )
  let chosen = ''
  const show = (value: string): void => {
    chosen = value
    jobs.open(chosen === '' ? '/v1/jobs' : `/v1/jobs?state=${chosen}`)
  }
  page.replaceChildren(h('div', { class: 'title' }, h('h1', {}, 'Jobs'), state, button), list)
  const jobs = liveList<JobSummary>(list, '/v1/jobs', {
    draw: (rows) => jobTable(rows, box),
    empty: () => (chosen === '' ? noJobs() : h('div', { class: 'card empty' }, h('p', {}, `No job is ${chosen}.`))),
    fail,
  })
  return () => jobs.stop()
}

function noJobs(): HTMLElement {
  return h(
    'div',
    { class: 'card empty' },
    h('p', {}, 'No jobs yet.'),
    h(
      'p',
      {},
      'Upload a data set and submit a spec: ',
      h('code', {}, 'anneal upload data.zip'),
      ', ',
      h('code', {}, 'anneal submit spec.json --dataset ds_…'),
    ),
  )
}

function jobTable(jobs: JobSummary[], box: (job: JobSummary) => HTMLElement): HTMLElement {
  const done = ({ progress }: JobSummary): string =>
    progress === null ? '–' : `${Math.round((100 * progress.step) / progress.totalSteps)} %`
  const columns: Column<JobSummary>[] = [
    { title: '', label: 'compare', cell: (job) => (job.accuracy === null ? '' : box(job)) },
    { title: 'job', cell: ({ id, name }) => h('a', { class: 'name', href: `#/jobs/${id}` }, name || id) },
    {
      title: 'state',
      cell: ({ state, reason }) =>
        h('span', { class: `state ${state}`, ...(reason === null ? {} : { title: reason.detail }) }, state),
    },
    { title: 'done', number: true, cell: done },
    { title: 'validation', number: true, cell: ({ progress }) => percent(progress?.valAccuracy) },
    { title: 'test', number: true, cell: ({ accuracy }) => percent(accuracy) },
    { title: 'submitted', cell: ({ createdAt }) => h('span', { class: 'faint' }, when(createdAt)) },
  ]
  return h(
    'section',
    { class: 'card' },
    table(columns, jobs, ({ id }) => ({ 'data-key': id })),
  )
}
