import { h } from './dom.ts'

interface Segments<Value extends string> {
  /** What there is to choose from, with the text next to it. */
  values: Readonly<Record<Value, string>>
  chosen: Value
  choose: (value: Value) => void
}

/** One of a few values, by radio buttons under a name. */
export function segments<Value extends string>(name: string, { values, chosen, choose }: Segments<Value>): HTMLElement {
  const choices = (Object.entries(values) as [Value, string][]).map(([value, text]) => {
    const input = h('input', { type: 'radio', name, value }) as HTMLInputElement
    input.checked = value === chosen
    input.addEventListener('change', () => choose(value))
    return h('label', {}, input, text)
  })
  return h('fieldset', { class: 'segments' }, h('legend', {}, name), ...choices)
}
