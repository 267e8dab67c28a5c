import type { SavedPolicy } from '../service/policy-resources.ts'
import { get, remove } from './api.ts'
import { augmentPreview } from './augment-preview.ts'
import { confirmed } from './confirmed.ts'
import { card, h, setTitle, shown, when } from './dom.ts'
import { messageOf, showNotice } from './notice.ts'
import { loss } from './policies-page.ts'
import { table } from './table.ts'

/** One policy: what it does, what its search has measured, and what it makes of a data set's images. Returns what frees the picture. */
export function policyPage(page: HTMLElement, name: string, fail: (error: unknown) => void): () => void {
  const preview = augmentPreview(() => [{ name: 'auto-augment', policy: name }], {
    fail,
    ready: () => void preview.draw(),
  })
  const form = h('form', { class: 'buttons' }, ...preview.controls)
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    void preview.draw()
  })
  const deleted = async (): Promise<void> => {
    const question = {
      title: `Delete the policy ${name}?`,
      consequence: 'Jobs that were submitted with it hold it in full and are not affected.',
      confirm: 'Delete the policy',
    }
    if (!(await confirmed(question))) return
    await remove(`/v1/policies/${name}`).then(
      () => (location.hash = '#/policies'),
      (error: unknown) => showNotice(messageOf(error)),
    )
  }
  setTitle(name)
  let left = false
  page.replaceChildren(h('p', { class: 'faint' }, 'Loading…'))
  get<SavedPolicy>(`/v1/policies/${name}`).then(
    (policy) => {
      if (left) return
      page.replaceChildren(
        ...heading(policy, () => void deleted()),
        h('div', { class: 'grid' }, card('Images', form, preview.problem, preview.picture)),
        h('div', { class: 'grid' }, content(policy)),
      )
    },
    (error: unknown) => {
      if (!left) fail(error)
    },
  )
  return () => {
    left = true
    preview.free()
  }
}

function heading({ name, job, search, createdAt }: SavedPolicy, deleted: () => void): Node[] {
  const number = (label: string, value: string): HTMLElement =>
    h('div', {}, h('b', {}, value), h('span', { class: 'faint' }, label))
  const [without, under] =
    search?.method === 'rand-augment'
      ? ['loss of held-out images, trained with no policy', 'trained with it']
      : ['loss of held-out images as they are', 'under the policy']
  return [
    h('div', { class: 'title' }, h('h1', {}, name), h('button', { click: deleted }, 'Delete')),
    h(
      'div',
      { class: 'faint' },
      `${search?.method ?? 'saved by hand'} · ${when(createdAt)}`,
      ...(job === null ? [] : [' · ', h('a', { href: `#/jobs/${job}` }, 'job of the search')]),
    ),
    h(
      'p',
      {},
      'In a spec: ',
      h('code', {}, JSON.stringify({ augment: [{ name: 'auto-augment', policy: name }] })),
      ' · ',
      h('a', { href: `#/augment/${name}` }, 'try it with other augmentations'),
    ),
    ...(search === null
      ? []
      : [h('div', { class: 'numbers' }, number(without, loss(search.baseline)), number(under, loss(search.found)))]),
  ]
}

function content({ policy }: SavedPolicy): HTMLElement {
  if ('numOps' in policy)
    return card(
      'Numbers of rand-augment',
      h('p', {}, `${policy.numOps} operations an image, drawn evenly, of magnitude ${shown(policy.magnitude)} of 30.`),
    )
  const rows = policy.map((steps, i) => ({ number: i + 1, steps }))
  const longest = Math.max(...policy.map(({ length }) => length))
  const step = (at: number) => ({
    title: at === 0 ? 'first' : 'then',
    cell: ({ steps }: (typeof rows)[number]) => {
      const { op, probability, magnitude } = steps[at] ?? {}
      if (op === undefined || probability === undefined) return ''
      const strength = magnitude === undefined ? '' : `, magnitude ${shown(magnitude)}`
      return h('span', {}, op, h('span', { class: 'faint' }, ` ${shown(100 * probability)} % of the images${strength}`))
    },
  })
  return card(
    `Sub-policies (${policy.length}), of which every image gets one`,
    table(
      [
        { title: '', number: true, cell: ({ number }) => String(number) },
        ...Array.from({ length: longest }, (_, at) => step(at)),
      ],
      rows,
    ),
  )
}
