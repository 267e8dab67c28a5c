import type { Page } from '../service/resources.ts'
import { get } from './api.ts'
import { h, morph } from './dom.ts'
import { live } from './live.ts'

export interface ListOptions<Row> {
  draw: (rows: Row[]) => HTMLElement
  /** In place of the table, where the first page has no rows. */
  empty: () => HTMLElement
  fail: (error: unknown) => void
}

export interface LiveList {
  /** Shows the first page of another collection, or of the same with another filter. */
  open(path: string): void
  stop(): void
}

/** A collection by pages, newest first; the page that is shown is kept up to date. `path` may have a query. */
export function liveList<Row>(place: HTMLElement, path: string, { draw, empty, fail }: ListOptions<Row>): LiveList {
  const [list, pager] = [h('div'), h('nav', { class: 'buttons pager', 'aria-label': 'pages' })]
  place.replaceChildren(list, pager)
  let address = path
  /** Cursors of the pages up to the one that is shown; the first page has none. */
  let cursors: string[] = []
  let drawn = ''
  const turn = (to: string[]): void => {
    cursors = to
    drawn = ''
    looking.now()
  }
  const refresh = async (left: () => boolean): Promise<'again'> => {
    const asked = [address, ...cursors].join('\n')
    const cursor = cursors.at(-1)
    const query = cursor === undefined ? '' : `${address.includes('?') ? '&' : '?'}after=${encodeURIComponent(cursor)}`
    const { data, nextCursor } = await get<Page<Row>>(`${address}${query}`)
    const now = JSON.stringify([data, nextCursor])
    if (left() || now === drawn || asked !== [address, ...cursors].join('\n')) return 'again'
    drawn = now
    morph(list, data.length === 0 && cursors.length === 0 ? empty() : draw(data))
    morph(
      pager,
      cursors.length > 0 && h('button', { click: () => turn(cursors.slice(0, -1)), 'data-key': 'newer' }, '← Newer'),
      cursors.length > 0 && h('span', { class: 'faint' }, `page ${cursors.length + 1}`),
      nextCursor !== null &&
        h('button', { click: () => turn([...cursors, nextCursor]), 'data-key': 'older' }, 'Older →'),
    )
    return 'again'
  }
  const looking = live(refresh, fail)
  return {
    open(other) {
      address = other
      turn([])
    },
    stop: () => looking.stop(),
  }
}
