import type { SweepSummary } from '../service/sweep-resources.ts'
import { h, setTitle, shown, when } from './dom.ts'
import { liveList } from './live-list.ts'
import { table } from './table.ts'

/** The team's sweeps, newest first, live. Returns what stops the refreshing. */
export function sweepsPage(page: HTMLElement, fail: (error: unknown) => void): () => void {
  setTitle('Sweeps')
  const list = h('div')
  page.replaceChildren(h('div', { class: 'title' }, h('h1', {}, 'Sweeps')), list)
  const rows = liveList<SweepSummary>(list, '/v1/sweeps', {
    draw: sweepTable,
    empty,
    fail,
  })
  return () => rows.stop()
}

function empty(): HTMLElement {
  return h(
    'div',
    { class: 'card empty' },
    h('p', {}, 'No sweeps yet.'),
    h('p', {}, 'Try a spec over its fields: ', h('code', {}, 'anneal sweep submit sweep.json --dataset ds_…')),
  )
}

function sweepTable(sweeps: SweepSummary[]): HTMLElement {
  const columns = [
    { title: 'sweep', cell: ({ id, name }: SweepSummary) => h('a', { href: `#/sweeps/${id}` }, name || id) },
    { title: 'kind', cell: ({ kind }: SweepSummary) => kind },
    { title: 'state', cell: ({ state }: SweepSummary) => h('span', { class: `state ${state}` }, state) },
    {
      title: 'trials ended',
      number: true,
      cell: ({ counts }: SweepSummary) => `${counts.ended} of ${counts.trials}`,
    },
    {
      title: 'best so far',
      cell: ({ best, objective }: SweepSummary) =>
        best === null ? '–' : `${objective.metric} ${shown(best.value)} of #${best.number}`,
    },
    { title: 'submitted', cell: ({ createdAt }: SweepSummary) => h('span', { class: 'faint' }, when(createdAt)) },
  ]
  return h('section', { class: 'card' }, table(columns, sweeps))
}
