import { createHash } from 'node:crypto'

/**
 * The one script of a report's page: sorts tables by the column whose heading is pressed. Without it the tables stay in the order that they are written in. The
 * file allows it by its hash, and so does the API, which sends the page under a policy of its own.
 */
export const PAGE_SCRIPT = `
for (const table of document.querySelectorAll('table[data-sorts]')) {
  const body = table.tBodies[0]
  const heads = [...table.tHead.rows[0].cells]
  heads.forEach((head, column) => {
    const button = document.createElement('button')
    button.type = 'button'
    button.append(...head.childNodes)
    head.append(button)
    button.addEventListener('click', () => {
      const down = head.getAttribute('aria-sort') === (head.className === 'number' ? 'descending' : 'ascending')
        ? head.className !== 'number' : head.className === 'number'
      for (const other of heads) other.removeAttribute('aria-sort')
      head.setAttribute('aria-sort', down ? 'descending' : 'ascending')
      const valueOf = (row) => row.cells[column].dataset.value ?? row.cells[column].textContent.trim()
      const rows = [...body.rows].map((row) => ({ row, value: valueOf(row), number: Number(valueOf(row)) }))
      rows.sort((a, b) => {
        if ((a.value === '') !== (b.value === '')) return a.value === '' ? 1 : -1
        const order = Number.isNaN(a.number) || Number.isNaN(b.number)
          ? a.value.localeCompare(b.value, undefined, { numeric: true }) : a.number - b.number
        return down ? -order : order
      })
      body.append(...rows.map(({ row }) => row))
    })
  })
}
`

/** As a source of a content security policy. */
export const PAGE_SCRIPT_SOURCE = `'sha256-${createHash('sha256').update(PAGE_SCRIPT).digest('base64')}'`

/** What the API serves the page under: its own styles, pictures and script, and no origin. */
export const SERVED_PAGE_POLICY = `default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src ${PAGE_SCRIPT_SOURCE}; sandbox allow-scripts allow-popups; frame-ancestors 'self'`
