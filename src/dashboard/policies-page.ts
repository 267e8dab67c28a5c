import type { PolicySummary } from '../service/policy-resources.ts'
import { h, setTitle, when } from './dom.ts'
import { liveList } from './live-list.ts'
import { table, type Column } from './table.ts'

/** A loss of held-out images, nats. */
export const loss = (value: number | null | undefined): string =>
  value === null || value === undefined ? '–' : value.toFixed(4)

/** The team's augmentation policies, newest first, live. Returns what stops the refreshing. */
export function policiesPage(page: HTMLElement, fail: (error: unknown) => void): () => void {
  setTitle('Policies')
  const list = h('div')
  page.replaceChildren(h('div', { class: 'title' }, h('h1', {}, 'Policies')), list)
  const rows = liveList<PolicySummary>(list, '/v1/policies', {
    draw: policyTable,
    empty,
    fail,
  })
  return () => rows.stop()
}

function empty(): HTMLElement {
  const search = '{"kind": "policy-search", "policySearch": {"saveAs": "mine"}}'
  return h(
    'div',
    { class: 'card empty' },
    h('p', {}, 'No policies yet.'),
    h('p', {}, 'Look for one on your own data: ', h('code', {}, 'anneal sweep submit search.json --dataset ds_…')),
    h('p', {}, 'with search.json being ', h('code', {}, search)),
    h('p', {}, 'Or save one that you have: ', h('code', {}, 'anneal policy save mine policy.json')),
  )
}

function policyTable(policies: PolicySummary[]): HTMLElement {
  const columns: Column<PolicySummary>[] = [
    { title: 'policy', cell: ({ name }) => h('a', { class: 'name', href: `#/policies/${name}` }, name) },
    { title: 'search', cell: ({ search }) => search?.method ?? h('span', { class: 'faint' }, 'saved by hand') },
    { title: 'loss without', number: true, cell: ({ search }) => loss(search?.baseline) },
    { title: 'loss with', number: true, cell: ({ search }) => loss(search?.found) },
    { title: 'job', cell: ({ job }) => (job === null ? '–' : h('a', { href: `#/jobs/${job}` }, job)) },
    { title: 'saved', cell: ({ createdAt }) => h('span', { class: 'faint' }, when(createdAt)) },
  ]
  return h('section', { class: 'card' }, table(columns, policies))
}
