import { get } from './api.ts'
import { live } from './live.ts'

/** The newest page of a collection, drawn again only when it changed, so that what is ticked or focused stays. Returns what stops the refreshing. */
export function liveList<Row>(
  list: HTMLElement,
  path: string,
  { draw, fail }: { draw: (rows: Row[]) => HTMLElement; fail: (error: unknown) => void },
): () => void {
  let drawn = ''
  return live(async (left) => {
    const { data } = await get<{ data: Row[] }>(path)
    const now = JSON.stringify(data)
    if (!left() && now !== drawn) list.replaceChildren(draw(data))
    drawn = now
    return 'again'
  }, fail)
}
