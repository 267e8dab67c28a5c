import { InvalidArgumentError, type Command } from 'commander'
import type { Client } from '../client/client.ts'
import type { Page } from '../service/resources.ts'
import { note } from './print.ts'

const PER_PAGE = 500
const DEFAULT_LIMIT = 50

export interface ListFlags {
  limit: number
  all?: boolean
}

/** `--limit` and `--all` of a list. */
export const addListOptions = (command: Command, limit = DEFAULT_LIMIT): Command =>
  command.option('--limit <count>', 'how many at most', positive, limit).option('--all', 'all of them')

export function positive(text: string): number {
  const value = Number(text)
  if (Number.isSafeInteger(value) && value >= 1) return value
  throw new InvalidArgumentError('A whole number from 1 is expected.')
}

/** As many items of a list as are wanted, over its pages; says where there are more. */
export async function listed<T>(
  client: Client,
  path: string,
  { limit, all = false }: ListFlags,
  filter: Readonly<Record<string, string>> = {},
): Promise<T[]> {
  const wanted = all ? Infinity : limit
  const items: T[] = []
  let after: string | null = null
  do {
    const query = new URLSearchParams({ limit: String(Math.min(PER_PAGE, wanted - items.length)), ...filter })
    if (after !== null) query.set('after', after)
    const page: Page<T> = await client.get(`${path}?${query.toString()}`)
    items.push(...page.data)
    after = page.nextCursor
  } while (after !== null && items.length < wanted)
  if (items.length === 0)
    note(Object.keys(filter).length > 0 ? 'Nothing fits what is asked for.' : 'There is nothing here yet.')
  if (after !== null) note(`The first ${items.length} are shown and there are more: --limit <count>, or --all.`)
  return items
}
