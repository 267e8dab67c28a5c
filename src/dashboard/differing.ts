import type { Comparison } from '../evaluation/comparison-schema.ts'
import type { DifferingImage } from '../evaluation/comparison-schema.ts'
import { h, percent } from './dom.ts'
import { picture } from './pictures.ts'
import { segments } from './segments.ts'

const SHOWN = 12

type Side = 'either' | 'a' | 'b'

/** Images that one of two jobs alone has right, with both answers: first those on which the two are furthest apart. `items` is the address of those of a’s data set. */
export function differing({ differing: images, mcnemar, split }: Comparison, items: string): HTMLElement {
  const { onlyA, onlyB } = mcnemar
  const grid = h('div', { class: 'mistakes' })
  const more = h('button', {})
  let [side, all]: [Side, boolean] = ['either', false]
  const draw = (): void => {
    const chosen = images.filter(({ right }) => side === 'either' || right === side)
    const rows = all ? chosen : chosen.slice(0, SHOWN)
    grid.replaceChildren(...rows.map((image) => figure(image, `${items}/${split}`)))
    if (rows.length === 0) grid.append(h('p', { class: 'faint' }, 'There is none.'))
    const total = { either: onlyA + onlyB, a: onlyA, b: onlyB }[side]
    more.textContent = chosen.length === total ? `Show all ${total}` : `Show ${chosen.length} of ${total}`
    more.hidden = rows.length === chosen.length
  }
  more.addEventListener('click', () => {
    all = true
    draw()
  })
  const choice = segments<Side>('Right is', {
    values: { either: 'one of the two', a: `only a (${onlyA})`, b: `only b (${onlyB})` },
    chosen: side,
    choose(value) {
      ;[side, all] = [value, false]
      draw()
    },
  })
  draw()
  return h(
    'section',
    { class: 'card worst' },
    h('div', { class: 'title' }, h('h2', {}, 'Images on which they differ'), choice),
    grid,
    more,
  )
}

function figure({ file, place, label, right, a, b }: DifferingImage, images: string): HTMLElement {
  const answer = (letter: 'a' | 'b', { predicted, confidence }: DifferingImage['a']): Node[] => [
    h(
      'span',
      { class: letter === right ? 'truth' : 'taken', title: `${letter} takes it for ${predicted}` },
      `${letter}: ${predicted}`,
    ),
    h('span', { class: 'faint number' }, percent(confidence)),
  ]
  return h(
    'figure',
    { title: file ?? label },
    place === null
      ? h('span', { class: 'picture missing' }, 'no picture: evaluated before places were kept')
      : picture(`${images}/${place}/image`, file === null ? label : `${label}, ${file}`),
    h('figcaption', { class: 'answers' }, h('b', {}, label), ...answer('a', a), ...answer('b', b)),
  )
}
