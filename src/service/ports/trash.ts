import type { Page } from '../resources.ts'
import type { TrashEntry } from '../trash-resources.ts'
import type { ChangedBy } from './audit.ts'
import type { PageRequest } from './caller.ts'

/** What was deleted and is still there: nothing but these functions shows it. */
export interface TrashStore {
  /** Newest first. */
  trash(teamId: string, page: PageRequest): Promise<Page<TrashEntry>>
  trashEntry(teamId: string, id: string): Promise<TrashEntry | undefined>
  /** @returns undefined where it is not in the trash. @throws AppError `wrong_state` where it is being removed, or is of a job in the trash */
  restore(teamId: string, id: string): Promise<TrashEntry | undefined>
  /** Removes something in the trash for good. @returns false where it is not in the trash */
  purge(teamId: string, id: string): Promise<boolean>
  /** Removes some of what has been in the trash long enough, of every team. @returns how many rounds it took */
  purgeDue(): Promise<number>
  /** Teams in the trash, newest first. */
  trashedTeams(page: PageRequest): Promise<Page<TrashEntry>>
  trashedTeam(teamId: string): Promise<TrashEntry | undefined>
  /** It stays suspended. @returns false where it is not in the trash */
  restoreTeam(teamId: string, by: ChangedBy): Promise<boolean>
}
