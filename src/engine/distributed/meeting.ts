import type { Engine } from '../engine.ts'
import type { GroupOptions, OpenedGroup } from './collective.ts'
import { noGroups } from './join.ts'

const MAX_TRIES = 10
/** What the system says of a port that another process has. */
const TAKEN = /address already in use|EADDRINUSE/i

/**
 * Opens the store of a group at a free port of this host, as its rank 0. The engine cannot be asked for any port that is free: where another
 * process takes the chosen one before it is opened, another is chosen. Nobody else knows the port until it is open.
 * @param store `tcp://HOST:0/SECRET`
 * @returns the group, and the address of its store
 * @throws AppError `engine_unavailable` where the engine has no process groups, `rank_lost`
 */
export async function openMeeting(
  engine: Engine,
  options: GroupOptions,
  choosePort: () => Promise<number>,
): Promise<{ group: OpenedGroup; store: string }> {
  if (engine.openGroup === undefined) throw noGroups(engine)
  for (let tries = 1; ; tries++) {
    const store = options.store.replace(/:0(?=\/)/, `:${await choosePort()}`)
    try {
      return { group: engine.openGroup({ ...options, store }), store }
    } catch (error) {
      if (tries === MAX_TRIES || !(error instanceof Error && TAKEN.test(error.message))) throw error
    }
  }
}
