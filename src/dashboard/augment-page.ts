import { get, send } from './api.ts'
import { card, h } from './dom.ts'
import type { DatasetRow } from './resources.ts'

const EXAMPLE = ['random-resized-crop', 'horizontal-flip', { name: 'auto-augment', policy: 'imagenet' }]

/** A list of augmentations, and what it makes of a data set's images. Returns what frees the picture. */
export function augmentPage(page: HTMLElement, fail: (error: unknown) => void): () => void {
  let address: string | undefined
  const free = (): void => {
    if (address !== undefined) URL.revokeObjectURL(address)
  }
  const datasets = h('select', { name: 'dataset', 'aria-label': 'Data set', required: '' }) as HTMLSelectElement
  const list = h('textarea', { name: 'augment', rows: '10', spellcheck: 'false', 'aria-label': 'Augmentations' })
  const text = list as HTMLTextAreaElement
  text.value = JSON.stringify(EXAMPLE, null, 2)
  const seed = h('input', { name: 'seed', type: 'number', min: '0', value: '0', 'aria-label': 'Seed' })
  const problem = h('p', { class: 'error', role: 'alert' })
  const picture = h('div', { class: 'preview' })
  const button = h('button', { class: 'primary', disabled: '' }, 'Preview') as HTMLButtonElement
  const form = h('form', { class: 'augment' }, datasets, text, h('div', { class: 'buttons' }, seed, button), problem)

  const draw = async (): Promise<void> => {
    const augment: unknown = JSON.parse(text.value)
    const body = JSON.stringify({ dataset: datasets.value, augment, seed: Number((seed as HTMLInputElement).value) })
    const drawn = await send('/v1/augment:preview', { type: 'application/json', content: new Blob([body]) })
    free()
    address = URL.createObjectURL(await drawn.blob())
    picture.replaceChildren(
      h('img', { src: address, alt: 'Images of the data set, and beside each what the augmentations make of it' }),
    )
  }
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    problem.textContent = ''
    button.disabled = true
    draw()
      .catch((error: unknown) => {
        problem.textContent =
          error instanceof SyntaxError ? `The list is not JSON: ${error.message}.` : (error as Error).message
      })
      .finally(() => (button.disabled = false))
  })
  page.replaceChildren(
    h('div', { class: 'title' }, h('h1', {}, 'Augmentation')),
    h('div', { class: 'grid' }, card('Steps', form)),
    h('div', { class: 'grid' }, card('Images', picture)),
  )
  get<{ data: DatasetRow[] }>('/v1/datasets').then(({ data }) => {
    const ready = data.filter(({ state }) => state === 'ready')
    datasets.replaceChildren(...ready.map(({ id, name }) => h('option', { value: id }, name)))
    button.disabled = ready.length === 0
    if (ready.length === 0) problem.textContent = 'There is no data set that is ready.'
  }, fail)
  return free
}
