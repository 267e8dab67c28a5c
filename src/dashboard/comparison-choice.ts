import { h } from './dom.ts'

/** Two jobs to compare, chosen by boxes in a table that may be drawn anew. */
export function comparisonChoice(): { box: (job: { id: string; name: string }) => HTMLElement; button: HTMLElement } {
  let chosen: string[] = []
  const button = h('button', { disabled: '', title: 'Choose two jobs' }, 'Compare') as HTMLButtonElement
  button.addEventListener('click', () => {
    location.hash = `#/compare/${chosen.join('/')}`
  })
  return {
    button,
    box({ id, name }) {
      const box = h('input', { type: 'checkbox', 'aria-label': `compare ${name || id}` }) as HTMLInputElement
      box.checked = chosen.includes(id)
      box.addEventListener('change', () => {
        chosen = chosen.filter((other) => other !== id)
        if (box.checked) chosen.push(id)
        button.disabled = chosen.length !== 2
      })
      return box
    },
  }
}
