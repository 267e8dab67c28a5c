import { setTimeout } from 'node:timers/promises'
import { AppError } from '../../errors.ts'
import type { Engine } from '../engine.ts'
import { soleProcess, type Collective, type GroupOptions } from './collective.ts'

const POLL_MS = 20

/**
 * Joins the processes that train together. It waits for them as long as it takes, with the event loop free: whoever starts them sees when one
 * dies first.
 * @throws AppError `engine_unavailable` where the engine has no process groups, `rank_lost`
 */
export async function joinGroup(engine: Engine, options: GroupOptions | undefined): Promise<Collective> {
  if (options === undefined || options.worldSize === 1) return soleProcess
  if (engine.openGroup === undefined)
    throw new AppError('engine_unavailable', `Only the torch engine trains on several devices; this is ${engine.name}.`)
  const group = engine.openGroup(options)
  while (group.arrived() < options.worldSize) await setTimeout(POLL_MS)
  return group.connect()
}
