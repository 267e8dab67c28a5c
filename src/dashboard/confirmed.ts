import { h } from './dom.ts'

/** Asks before something that cannot be undone; `consequence` says what it does. */
export function confirmed({
  title,
  consequence,
  confirm,
}: {
  title: string
  consequence: string
  confirm: string
}): Promise<boolean> {
  const dialog = h('dialog', { 'aria-labelledby': 'dialog-title' }) as HTMLDialogElement
  dialog.append(
    h(
      'form',
      { method: 'dialog' },
      h('h2', { id: 'dialog-title' }, title),
      h('p', {}, consequence),
      h(
        'div',
        { class: 'buttons' },
        h('button', { value: 'confirmed', class: 'primary' }, confirm),
        h('button', { value: '', autofocus: '' }, 'Keep it as it is'),
      ),
    ),
  )
  document.body.append(dialog)
  dialog.showModal()
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => {
      dialog.remove()
      resolve(dialog.returnValue === 'confirmed')
    })
  })
}
