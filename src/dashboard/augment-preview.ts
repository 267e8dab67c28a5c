import type { DatasetSummary } from '../service/resources.ts'
import { get, send } from './api.ts'
import { h } from './dom.ts'

const labelled = (name: string, field: HTMLElement): HTMLElement => h('label', { class: 'field' }, name, field)

interface AugmentPreview {
  /** Data set, seed and button, to be put in a page. */
  controls: HTMLElement[]
  problem: HTMLElement
  picture: HTMLElement
  /** Draws what `augment` gives; it may throw. */
  draw: () => Promise<void>
  /** Frees the picture. */
  free: () => void
}

/** Training images of a data set next to their augmented versions. `ready` is called once there are data sets to choose from. */
export function augmentPreview(
  augment: () => unknown,
  { fail, ready = () => undefined }: { fail: (error: unknown) => void; ready?: () => void },
): AugmentPreview {
  let address: string | undefined
  const free = (): void => {
    if (address !== undefined) URL.revokeObjectURL(address)
  }
  const datasets = h('select', { name: 'dataset', 'aria-label': 'Data set', required: '' }) as HTMLSelectElement
  const seed = h('input', { name: 'seed', type: 'number', min: '0', value: '0', 'aria-label': 'Seed' })
  const problem = h('p', { class: 'error', role: 'alert' })
  const picture = h('div', { class: 'preview' })
  const button = h('button', { class: 'primary', disabled: '' }, 'Preview') as HTMLButtonElement

  const drawn = async (): Promise<void> => {
    const body = { dataset: datasets.value, augment: augment(), seed: Number((seed as HTMLInputElement).value) }
    const content = new Blob([JSON.stringify(body)])
    const png = await (await send('/v1/augment:preview', { type: 'application/json', content })).blob()
    free()
    address = URL.createObjectURL(png)
    picture.replaceChildren(
      h('img', { src: address, alt: 'Images of the data set, and beside each what the augmentations make of it' }),
    )
  }
  get<{ data: DatasetSummary[] }>('/v1/datasets?limit=500').then(({ data }) => {
    const usable = data.filter(({ state }) => state === 'ready')
    datasets.replaceChildren(
      ...usable.map(({ id, name }) => h('option', { value: id }, `${name || 'unnamed'} (${id})`)),
    )
    button.disabled = usable.length === 0
    if (usable.length === 0) problem.textContent = 'There is no data set that is ready.'
    else ready()
  }, fail)
  return {
    controls: [labelled('Data set', datasets), labelled('Seed', seed), button],
    problem,
    picture,
    free,
    async draw() {
      problem.textContent = ''
      button.disabled = true
      try {
        await drawn()
      } catch (error) {
        problem.textContent =
          error instanceof SyntaxError ? `The list is not JSON: ${error.message}.` : (error as Error).message
      } finally {
        button.disabled = false
      }
    },
  }
}
