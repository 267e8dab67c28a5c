import { readdir, readFile } from 'node:fs/promises'
import { setTimeout } from 'node:timers/promises'

const TICKS_PER_SECOND = 100
const QUIET_SHARE = 0.05

/** Seconds of a process and its children, those that have ended too. */
export async function processorSeconds(parent: number): Promise<number> {
  let ticks = 0
  for (const pid of await readdir('/proc')) {
    if (!/^\d+$/.test(pid)) continue
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
    const fields = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number)
    const [, ppid] = fields
    if (Number(pid) !== parent && ppid !== parent) continue
    const own = (fields[11] ?? 0) + (fields[12] ?? 0)
    ticks += Number(pid) === parent ? own + (fields[13] ?? 0) + (fields[14] ?? 0) : own
  }
  return ticks / TICKS_PER_SECOND
}

/** Resolves once a process that has begun to work, and its children, have had nothing to do for some seconds. */
export async function settled(parent: number, { forSeconds = 2, withinSeconds = 60 } = {}): Promise<void> {
  const until = performance.now() + 1000 * withinSeconds
  let before = await processorSeconds(parent)
  for (let quiet = 0; quiet < forSeconds && performance.now() < until;) {
    await setTimeout(1000)
    const now = await processorSeconds(parent)
    quiet = now > 1 && now - before < QUIET_SHARE ? quiet + 1 : 0
    before = now
  }
}
