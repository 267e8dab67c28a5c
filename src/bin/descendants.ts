import { readdir, readFile } from 'node:fs/promises'

/** Ends a process and all that it has started, at once, but for the processes `except` and what those started. */
export async function killTree(
  pid: number,
  { itself = true, except = [] }: { itself?: boolean; except?: readonly (number | undefined)[] } = {},
): Promise<void> {
  const below = await descendantsOf(pid, except)
  for (const each of itself ? [pid, ...below] : below)
    try {
      process.kill(each, 'SIGKILL')
    } catch {
      // It has ended by itself.
    }
}

async function descendantsOf(pid: number, except: readonly (number | undefined)[]): Promise<number[]> {
  const children = new Map<number, number[]>()
  for (const entry of await readdir('/proc').catch(() => [])) {
    if (!/^\d+$/.test(entry)) continue
    const status = await readFile(`/proc/${entry}/stat`, 'utf8').catch(() => '')
    const parent = Number(status.split(') ').at(-1)?.split(' ')[1])
    children.set(parent, [...(children.get(parent) ?? []), Number(entry)])
  }
  const below = (parent: number): number[] =>
    (children.get(parent) ?? []).filter((child) => !except.includes(child)).flatMap((child) => [child, ...below(child)])
  return below(pid)
}
