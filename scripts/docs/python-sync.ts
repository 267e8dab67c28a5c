import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** What waits in the one way in the asynchronous modules, and in the other in the synchronous ones, is written by hand for both. */
const BY_HAND = new Set(['platform.py'])
const NOTE = '# Made from ../_async by `npm run docs`; do not edit.\n'

const REPLACEMENTS: readonly (readonly [RegExp, string])[] = [
  [/\basync (def|with|for)\b/g, '$1'],
  [/\bawait /g, ''],
  [/\bAwaitable, /g, ''],
  [/\bAwaitable\[(\w+)\]/g, '$1'],
  [/\bAsync([A-Z]\w*)/g, '$1'],
  [/__a(enter|exit|iter|next)__/g, '__$1__'],
  [/\basynccontextmanager\b/g, 'contextmanager'],
  [/\baiter_/g, 'iter_'],
  [/\baread\b/g, 'read'],
  [/\baclose\b/g, 'close'],
  [/\b_async\b/g, '_sync'],
  [/\bStopAsyncIteration\b/g, 'StopIteration'],
]

/** The synchronous modules of the Python package, by path, made of the asynchronous ones. */
export function synchronous(root: string): (readonly [string, string])[] {
  const folder = join(root, '_async')
  return readdirSync(folder)
    .filter((name) => name.endsWith('.py') && !BY_HAND.has(name))
    .sort()
    .map(
      (name) => [join(root, '_sync', name), NOTE + synchronousText(readFileSync(join(folder, name), 'utf8'))] as const,
    )
}

const synchronousText = (text: string): string =>
  REPLACEMENTS.reduce((result, [pattern, replacement]) => result.replaceAll(pattern, replacement), text)
