import { connect } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import { AppError } from '../../errors.ts'
import type { Engine } from '../engine.ts'
import { soleProcess, type Collective, type GroupOptions, type OpenedGroup } from './collective.ts'

const POLL_MS = 20
const CONNECTS_WITHIN_MS = 2000

/**
 * Joins the processes that train together. It waits for them as long as it takes, with the event loop free: whoever starts them sees when one
 * dies first.
 * @param opened the group, where this process has opened it already
 * @throws AppError `engine_unavailable` where the engine has no process groups, `rank_lost`
 */
export async function joinGroup(
  engine: Engine,
  options: GroupOptions | undefined,
  opened?: OpenedGroup,
): Promise<Collective> {
  if (options === undefined || options.worldSize === 1) return soleProcess
  if (engine.openGroup === undefined) throw noGroups(engine)
  if (options.rank > 0) while (!(await listens(options.store))) await setTimeout(POLL_MS)
  const group = opened ?? engine.openGroup(options)
  while (group.arrived() < options.worldSize) await setTimeout(POLL_MS)
  return group.connect()
}

export const noGroups = ({ name }: Engine): AppError =>
  new AppError('engine_unavailable', `Only the torch engine trains on several devices; this is ${name}.`)

/** Whether the store of a group is there. Looked for here, since the engine would wait for it with the event loop blocked. */
function listens(store: string): Promise<boolean> {
  if (!store.startsWith('tcp://')) return Promise.resolve(true)
  const { hostname, port } = new URL(store)
  return new Promise((resolve) => {
    const socket = connect({ host: hostname.replace(/^\[|\]$/g, ''), port: Number(port), timeout: CONNECTS_WITHIN_MS })
    const end = (there: boolean): void => {
      socket.destroy()
      resolve(there)
    }
    socket.once('connect', () => end(true))
    socket.once('timeout', () => end(false))
    socket.once('error', () => end(false))
  })
}
