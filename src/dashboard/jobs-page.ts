import { comparisonChoice } from './comparison-choice.ts'
import { h, percent, when } from './dom.ts'
import { liveList } from './live-list.ts'
import type { JobRow } from './resources.ts'
import { table } from './table.ts'

/** The team's jobs, newest first, live. Returns what stops the refreshing. */
export function jobsPage(page: HTMLElement, fail: (error: unknown) => void): () => void {
  const { box, button } = comparisonChoice()
  const list = h('div')
  page.replaceChildren(h('div', { class: 'title' }, h('h1', {}, 'Jobs'), button), list)
  return liveList<JobRow>(list, '/v1/jobs', {
    draw: (rows) => (rows.length === 0 ? empty() : jobTable(rows, box)),
    fail,
  })
}

function empty(): HTMLElement {
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

function jobTable(jobs: JobRow[], box: (job: JobRow) => HTMLElement): HTMLElement {
  const done = ({ progress }: JobRow): string =>
    progress === null ? '–' : `${Math.round((100 * progress.step) / progress.totalSteps)} %`
  const columns = [
    { title: '', cell: (job: JobRow) => (job.accuracy === null ? '' : box(job)) },
    { title: 'job', cell: ({ id, name }: JobRow) => h('a', { href: `#/jobs/${id}` }, name || id) },
    { title: 'state', cell: ({ state }: JobRow) => h('span', { class: `state ${state}` }, state) },
    { title: 'done', number: true, cell: done },
    { title: 'validation', number: true, cell: ({ progress }: JobRow) => percent(progress?.valAccuracy) },
    { title: 'test', number: true, cell: ({ accuracy }: JobRow) => percent(accuracy) },
    { title: 'submitted', cell: ({ createdAt }: JobRow) => h('span', { class: 'faint' }, when(createdAt)) },
  ]
  return h('section', { class: 'card' }, table(columns, jobs))
}
