import { readFileSync } from 'node:fs'

/**
 * How many processes the kernel has killed on this machine because memory ran out, since it was started; undefined where the system does not tell.
 * A SIGKILL by itself does not say who sent it.
 */
export function oomKills(): number | undefined {
  try {
    const count = /^oom_kill (\d+)$/m.exec(readFileSync('/proc/vmstat', 'utf8'))?.[1]
    return count === undefined ? undefined : Number(count)
  } catch {
    return undefined
  }
}
