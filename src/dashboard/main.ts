import { key, keyOfAnotherTab, Unauthorized } from './api.ts'
import { augmentPage } from './augment-page.ts'
import { comparePage } from './compare-page.ts'
import { h, setTitle } from './dom.ts'
import { jobPage } from './job-page.ts'
import { jobsPage } from './jobs-page.ts'
import { clearNotice, messageOf } from './notice.ts'
import { policiesPage } from './policies-page.ts'
import { policyPage } from './policy-page.ts'
import { reportPage } from './report-page.ts'
import { session } from './session.ts'
import { sweepPage } from './sweep-page.ts'
import { sweepsPage } from './sweeps-page.ts'

const page = document.querySelector<HTMLElement>('#page')!
const signOut = document.querySelector<HTMLButtonElement>('#sign-out')!
let leave = (): void => undefined

function show(problem?: string): void {
  leave()
  leave = (): void => undefined
  clearNotice()
  const isSignedIn = key.get() !== null || session.get() !== undefined
  signOut.hidden = !isSignedIn
  for (const link of document.querySelectorAll<HTMLAnchorElement>('header nav a'))
    link.toggleAttribute('aria-current', link.hash !== '' && location.hash.startsWith(link.hash) && link.hash !== '#/')
  if (!isSignedIn) {
    signInPage(problem)
    return
  }
  if (key.get() === null && session.team() === undefined) {
    teamPage()
    return
  }
  leave = opened(location.hash)
}

function opened(address: string): () => void {
  const [, kind, id, other] = /^#\/(\w+)(?:\/([\w.-]+))?(?:\/(\w+))?$/.exec(address) ?? []
  if (kind === 'jobs' && id !== undefined && other === 'report') return reportPage(page, id, failed)
  if (kind === 'jobs' && id !== undefined) return jobPage(page, id, failed)
  if (kind === 'sweeps') return id === undefined ? sweepsPage(page, failed) : sweepPage(page, id, failed)
  if (kind === 'compare' && id !== undefined && other !== undefined) return comparePage(page, [id, other], failed)
  if (kind === 'policies') return id === undefined ? policiesPage(page, failed) : policyPage(page, id, failed)
  if (kind === 'augment') return augmentPage(page, { policy: id, fail: failed })
  return jobsPage(page, failed)
}

function failed(error: unknown): void {
  if (error instanceof Unauthorized) {
    key.clear()
    session.forget()
    show(error.message)
    return
  }
  setTitle('Error')
  page.replaceChildren(
    h(
      'div',
      { class: 'card' },
      h('h1', {}, 'This page cannot be shown'),
      h('p', { class: 'error', role: 'alert' }, messageOf(error)),
      h(
        'div',
        { class: 'buttons' },
        h('button', { class: 'primary', click: () => show() }, 'Try again'),
        h('button', { click: () => (location.hash = '#/') }, 'To the jobs'),
      ),
    ),
  )
}

function signInPage(problem?: string): void {
  setTitle('Sign in')
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
    h(
      'p',
      { class: 'faint' },
      'With an API key of your team. ',
      h('code', {}, 'anneal serve'),
      ' writes the first one to ',
      h('code', {}, 'credentials.json'),
      ' in its home folder.',
    ),
    input,
    problem !== undefined && h('p', { class: 'error', role: 'alert' }, problem),
    h('button', { class: 'primary' }, 'Sign in'),
    session.isConfigured() && h('a', { href: '/v1/sign-in' }, 'Sign in with your organisation'),
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

/** For people who are in several teams, or in none. */
function teamPage(): void {
  setTitle('Team')
  const teams = session.get()?.teams ?? []
  const choice = ({ id, name }: (typeof teams)[number]): Element => {
    const click = (): void => {
      session.choose(id)
      show()
    }
    return h('button', { click }, name)
  }
  page.replaceChildren(
    h(
      'div',
      { class: 'card' },
      h('h1', {}, teams.length === 0 ? 'You are in no team' : 'Choose a team'),
      h('div', { class: 'buttons' }, ...teams.map(choice)),
    ),
  )
}

signOut.addEventListener('click', () => {
  const ended = key.get() === null ? session.end() : Promise.resolve()
  key.clear()
  void ended.then(() => show())
})
addEventListener('hashchange', () => show())

const another = key.get() === null ? await keyOfAnotherTab() : undefined
if (another !== undefined) key.set(another)
if (key.get() === null) await session.load()
show()
