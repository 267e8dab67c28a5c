import { readdir, readFile } from 'node:fs/promises'
import { setTimeout } from 'node:timers/promises'
import { isRunning } from '../../src/embedded/processes.ts'

/** Processes whose parent is `parent` and whose command line has `part` in it. */
export async function childrenOf(parent: number, part = ''): Promise<number[]> {
  const found: number[] = []
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) continue
    const [command, status] = await Promise.all([
      readFile(`/proc/${entry}/cmdline`, 'utf8'),
      readFile(`/proc/${entry}/stat`, 'utf8'),
    ]).catch(() => ['', ''])
    if (command.includes(part) && Number(status.split(') ')[1]?.split(' ')[1]) === parent) found.push(Number(entry))
  }
  return found
}

/** Sends a signal to processes, some of which may have ended. */
export function signal(pids: readonly number[], name: NodeJS.Signals): void {
  for (const pid of pids)
    try {
      process.kill(pid, name)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
    }
}

export async function gone(pids: readonly number[]): Promise<void> {
  while (pids.some(isRunning)) await setTimeout(20)
}
