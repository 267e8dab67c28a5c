import { h } from './dom.ts'

/** Two jobs to compare, chosen by boxes in a table that may be drawn again. */
export function comparisonChoice(): { box: (job: { id: string; name: string }) => HTMLElement; button: HTMLElement } {
  let chosen: string[] = []
  const button = h('button', { disabled: '', title: 'Choose two jobs' }, 'Compare') as HTMLButtonElement
  button.addEventListener('click', () => {
    location.hash = `#/compare/${chosen.join('/')}`
  })
  return {
    button,
    box({ id, name }) {
      const change = ({ currentTarget }: Event): void => {
        chosen = chosen.filter((other) => other !== id)
        if ((currentTarget as HTMLInputElement).checked) chosen.push(id)
        button.disabled = chosen.length !== 2
      }
      const box = h('input', { type: 'checkbox', 'aria-label': `compare ${name || id}`, change }) as HTMLInputElement
      box.checked = chosen.includes(id)
      return box
    },
  }
}
