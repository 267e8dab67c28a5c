import { createHash } from 'node:crypto'
import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'
import { isRunning } from '../embedded/processes.ts'

/**
 * Names of processes in the names of what they leave, by which it is told whose process is gone: `PLACE-PID-START`. A process id alone
 * does not tell that: it is given again, and in containers every process has the same one.
 */
const TAG = /^([0-9a-f]{8})-(\d+)-([0-9a-f]{8})$/
/** The same pattern without anchors, for names that hold a tag. */
export const TAG_IN_NAME = /[0-9a-f]{8}-\d+-[0-9a-f]{8}/

const short = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 8)

function read(path: string, how: (path: string) => string): string {
  try {
    return how(path)
  } catch {
    return ''
  }
}
const textOf = (path: string): string => read(path, (file) => readFileSync(file, 'utf8'))

/** This machine, or this container of it. */
const place = (): string => short(`${hostname()} ${read('/proc/self/ns/pid', readlinkSync)}`)

/** The boot and the tick at which a process began. */
function startOf(pid: number): string {
  const ticks = textOf(`/proc/${pid}/stat`).split(') ').at(-1)?.split(' ')[19] ?? ''
  return short(`${textOf('/proc/sys/kernel/random/boot_id')} ${ticks}`)
}

export const ownTag = (): string => `${place()}-${process.pid}-${startOf(process.pid)}`

/** Whether the process of a tag lives; undefined for one of another machine or container, and for what is no tag. */
export function lives(tag: string): boolean | undefined {
  const [, where, pid = '0', start] = TAG.exec(tag) ?? []
  if (where !== place()) return undefined
  return isRunning(Number(pid)) && startOf(Number(pid)) === start
}
