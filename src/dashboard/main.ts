import { get, key, Unauthorized } from './api.ts'
import { augmentPage } from './augment-page.ts'
import { h, percent, when } from './dom.ts'
import { jobPage } from './job-page.ts'
import type { JobRow } from './resources.ts'

const REFRESH_MS = 2000
const page = document.querySelector<HTMLElement>('#page')!
const signOut = document.querySelector<HTMLButtonElement>('#sign-out')!
let leave = (): void => undefined

function show(problem?: string): void {
  leave()
  leave = (): void => undefined
  signOut.hidden = key.get() === null
  if (key.get() === null) {
    signInPage(problem)
    return
  }
  const match = /^#\/jobs\/(job_[a-z0-9]+)$/.exec(location.hash)
  if (match?.[1] !== undefined) leave = jobPage(page, match[1], failed)
  else if (location.hash === '#/augment') leave = augmentPage(page, failed)
  else leave = jobsPage()
}

function failed(error: unknown): void {
  if (error instanceof Unauthorized) {
    key.clear()
    show(error.message)
    return
  }
  page.replaceChildren(
    h('p', { class: 'error', role: 'alert' }, error instanceof Error ? error.message : String(error)),
  )
}

function signInPage(problem?: string): void {
  const input = h('input', {
    type: 'password',
    name: 'key',
    placeholder: 'ak_…',
    autocomplete: 'off',
    'aria-label': 'API key',
    required: '',
  }) as HTMLInputElement
  const form = h(
    'form',
    { class: 'sign-in card' },
    h('h1', {}, 'Sign in'),
    h('label', { class: 'faint' }, 'An API key of your team'),
    input,
    problem !== undefined && h('p', { class: 'error', role: 'alert' }, problem),
    h('button', { class: 'primary' }, 'Sign in'),
  )
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    key.set(input.value.trim())
    page.replaceChildren(h('p', { class: 'faint' }, 'Signing in…'))
    show()
  })
  page.replaceChildren(form)
  input.focus()
}

function jobsPage(): () => void {
  let timer: number | undefined
  let stopped = false
  const refresh = async (): Promise<void> => {
    try {
      const { data } = await get<{ data: JobRow[] }>('/v1/jobs')
      if (stopped) return
      page.replaceChildren(
        h('div', { class: 'title' }, h('h1', {}, 'Jobs')),
        data.length === 0 ? empty() : jobTable(data),
      )
      timer = window.setTimeout(() => void refresh(), REFRESH_MS)
    } catch (error) {
      if (!stopped) failed(error)
    }
  }
  void refresh()
  return () => {
    stopped = true
    window.clearTimeout(timer)
  }
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

function jobTable(jobs: JobRow[]): HTMLElement {
  const rows = jobs.map((job) =>
    h(
      'tr',
      {},
      h('td', {}, h('a', { href: `#/jobs/${job.id}` }, job.name || job.id)),
      h('td', {}, h('span', { class: `state ${job.state}` }, job.state)),
      h(
        'td',
        { class: 'number' },
        job.progress === null ? '–' : `${Math.round((100 * job.progress.step) / job.progress.totalSteps)} %`,
      ),
      h('td', { class: 'number' }, percent(job.progress?.valAccuracy)),
      h('td', { class: 'number' }, percent(job.accuracy)),
      h('td', { class: 'faint' }, when(job.createdAt)),
    ),
  )
  const head = h(
    'tr',
    {},
    h('th', {}, 'job'),
    h('th', {}, 'state'),
    h('th', { class: 'number' }, 'done'),
    h('th', { class: 'number' }, 'validation'),
    h('th', { class: 'number' }, 'test'),
    h('th', {}, 'submitted'),
  )
  return h('section', { class: 'card' }, h('table', {}, h('thead', {}, head), h('tbody', {}, ...rows)))
}

signOut.addEventListener('click', () => {
  key.clear()
  show()
})
addEventListener('hashchange', () => show())
show()
