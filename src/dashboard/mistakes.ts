import type { Report } from '../evaluation/report.ts'
import type { Job } from '../service/resources.ts'
import { h, percent } from './dom.ts'
import { picture } from './pictures.ts'
import { segments } from './segments.ts'
import { itemAddress } from './item-address.ts'

const SHOWN = 12

type Explained = 'predicted' | 'label'

/** The mistakes that the model was most confident of: each picture, and next to it where the net sees what it took it for. */
export function mistakes(job: Job, { worst, split }: Report): HTMLElement | null {
  if (worst.length === 0) return null
  const grid = h('div', { class: 'mistakes' })
  let explained: Explained = 'predicted'
  let all = worst.length <= SHOWN
  const draw = (): void => {
    const rows = all ? worst : worst.slice(0, SHOWN)
    grid.replaceChildren(...rows.map((mistake, n) => figure(mistake, n)))
  }
  const figure = ({ file, index, label, predicted, confidence }: Report['worst'][number], n: number): HTMLElement => {
    const bar = h('span', { class: 'bar' }, h('i'))
    ;(bar.firstElementChild as HTMLElement).style.width = percent(confidence).replace(' ', '')
    return h(
      'figure',
      { title: file },
      h(
        'div',
        { class: 'pair' },
        picture(`${itemAddress(job)}/${split}/${index}/image`, `${label}, ${file}`),
        picture(
          `/v1/jobs/${job.id}/worst/${n}/gradcam?class=${explained}`,
          `where it looks like ${explained === 'predicted' ? predicted : label}`,
        ),
      ),
      h(
        'figcaption',
        {},
        h('span', { class: 'truth', title: `truly ${label}` }, label),
        h('span', { class: 'taken', title: `taken for ${predicted}` }, predicted),
        bar,
        h('span', { class: 'faint number' }, percent(confidence)),
      ),
    )
  }
  const choice = segments<Explained>('The heat shows what supports', {
    values: { predicted: 'the predicted class', label: 'the true class' },
    chosen: explained,
    choose(value) {
      explained = value
      draw()
    },
  })
  const more = h('button', {}, `Show all ${worst.length}`)
  more.addEventListener('click', () => {
    all = true
    more.remove()
    draw()
  })
  draw()
  return h(
    'section',
    { class: 'card worst' },
    h('div', { class: 'title' }, h('h2', {}, 'Worst mistakes'), choice),
    grid,
    all ? null : more,
  )
}
