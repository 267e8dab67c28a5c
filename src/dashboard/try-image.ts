import type { Prediction } from '../service/ports/predictions.ts'
import { send, type Sent } from './api.ts'
import { h, percent } from './dom.ts'
import { placeholder, retried, show } from './pictures.ts'

/** A place to drop an image on: it is predicted by a checkpoint and explained. */
export function tryImage(checkpointId: string): HTMLElement {
  const input = h('input', { type: 'file', accept: 'image/*', 'aria-label': 'image to predict' }) as HTMLInputElement
  const zone = h(
    'label',
    { class: 'drop', tabindex: '-1' },
    input,
    h('b', {}, 'Drop an image here'),
    h('span', { class: 'faint' }, 'or choose a file, or paste one'),
  )
  const result = h('div', { class: 'prediction', 'aria-live': 'polite' })
  const card = h('section', { class: 'card try' }, h('h2', {}, 'Try an image'), zone, result)
  const take = (file: File | null | undefined): void => {
    if (file) void predict(checkpointId, file, result)
  }
  input.addEventListener('change', () => {
    take(input.files?.[0])
    input.value = ''
  })
  zone.addEventListener('dragover', (event) => {
    event.preventDefault()
    zone.classList.add('over')
  })
  zone.addEventListener('dragleave', () => zone.classList.remove('over'))
  zone.addEventListener('drop', (event) => {
    event.preventDefault()
    zone.classList.remove('over')
    take(event.dataTransfer?.files[0])
  })
  const paste = (event: ClipboardEvent): void => {
    if (!card.isConnected) document.removeEventListener('paste', paste)
    else take(event.clipboardData?.files[0])
  }
  document.addEventListener('paste', paste)
  return card
}

async function predict(checkpointId: string, file: File, result: HTMLElement): Promise<void> {
  result.replaceChildren(h('p', { class: 'faint' }, 'Looking at it…'))
  const body: Sent = { type: file.type.startsWith('image/') ? file.type : 'image/unknown', content: file }
  try {
    const response = await retried(() => send(`/v1/checkpoints/${checkpointId}/predict?top=5`, body))
    const { data } = (await response.json()) as { data: Prediction[] }
    const { top = [], answer, rejected = false } = data[0] ?? {}
    const predicted = rejected ? top[0]?.label : answer
    const own = placeholder(file.name)
    const heat = placeholder(`where it looks like ${predicted ?? ''}`)
    show(own, file)
    const differs = rejected || predicted !== top[0]?.label
    result.replaceChildren(
      h('div', { class: 'pair' }, own, heat),
      ...(differs ? [h('p', {}, `Predicted: ${answer ?? ''}`)] : []),
      h('ol', { class: 'ranking' }, ...top.map(row)),
    )
    const explained = await retried(() => send(`/v1/checkpoints/${checkpointId}/gradcam`, body))
    show(heat, await explained.blob())
  } catch (error) {
    result.replaceChildren(
      h('p', { class: 'error', role: 'alert' }, error instanceof Error ? error.message : String(error)),
    )
  }
}

function row({ label, probability }: { label: string; probability: number }): HTMLElement {
  const bar = h('span', { class: 'bar' }, h('i'))
  ;(bar.firstElementChild as HTMLElement).style.width = `${100 * probability}%`
  return h('li', {}, h('span', {}, label), bar, h('span', { class: 'number' }, percent(probability)))
}
