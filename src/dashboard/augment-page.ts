import { augmentPreview } from './augment-preview.ts'
import { card, h, setTitle } from './dom.ts'

const autoAugment = (policy: string): object => ({ name: 'auto-augment', policy })

/** A list of augmentations, and what it makes of a data set's images; it begins with a policy by name. Returns what frees the picture. */
export function augmentPage(
  page: HTMLElement,
  { policy = 'imagenet', fail }: { policy?: string | undefined; fail: (error: unknown) => void },
): () => void {
  setTitle('Augmentation')
  const list = h('textarea', { name: 'augment', rows: '10', spellcheck: 'false', 'aria-label': 'Augmentations' })
  const text = list as HTMLTextAreaElement
  text.value = JSON.stringify(['random-resized-crop', 'horizontal-flip', autoAugment(policy)], null, 2)
  const preview = augmentPreview((): unknown => JSON.parse(text.value), { fail })
  const [datasets, ...others] = preview.controls
  const form = h(
    'form',
    { class: 'augment' },
    datasets!,
    text,
    h('div', { class: 'buttons' }, ...others),
    preview.problem,
  )
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    void preview.draw()
  })
  page.replaceChildren(
    h('div', { class: 'title' }, h('h1', {}, 'Augmentation')),
    h('div', { class: 'grid' }, card('Steps', form)),
    h('div', { class: 'grid' }, card('Images', preview.picture)),
  )
  return preview.free
}
