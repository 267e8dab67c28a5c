import { AppError } from '../errors.ts'
import { changedBy } from './changed-by.ts'
import { deleted, type Deleting } from './deleted.ts'
import type { Dependencies } from './dependencies.ts'
import type { ChangedBy } from './ports/audit.ts'
import type { Caller, PageRequest } from './ports/caller.ts'
import type { OperatedTeam } from './people-resources.ts'
import { requireFound } from './require-found.ts'
import type { Page } from './resources.ts'
import type { TrashEntry } from './trash-resources.ts'

/** What was deleted: listed, restored, removed for good; by a team what is its own, by operators teams. */
export function trashService(dependencies: Pick<Dependencies, 'store' | 'blobs' | 'trashMs'>) {
  const { store } = dependencies
  return {
    trash: (caller: Caller, page: PageRequest): Promise<Page<TrashEntry>> => store.trash(caller.teamId, page),
    trashEntry: async ({ teamId }: Caller, id: string): Promise<TrashEntry> =>
      foundEntry(await store.trashEntry(teamId, id), id),
    restore: async ({ teamId }: Caller, id: string): Promise<TrashEntry> =>
      foundEntry(await store.restore(teamId, id), id),
    purge: ({ teamId }: Caller, id: string): Promise<void> =>
      deleted(dependencies, () => store.purge(teamId, id), `${id} in the trash`),
    /** An artifact has no id of its own; the log says which it was. */
    async deleteArtifact(caller: Caller, of: { jobId: string; kind: string }, how: Deleting = {}): Promise<void> {
      const { teamId } = caller
      const artifact = await store.artifact(of.jobId, of.kind)
      const remove = (keptMs: number): Promise<boolean> => store.deleteArtifact(teamId, of, keptMs)
      await deleted(dependencies, remove, `artifact ${of.kind} of job ${of.jobId}`, how)
      const before = artifact === undefined ? {} : { sha256: artifact.sha256, sizeBytes: artifact.sizeBytes }
      const resource = { type: 'artifact', id: `${of.jobId}:${of.kind}` }
      await store.recordChange({ teamId, by: changedBy(caller), action: 'deleteArtifact', resource, before })
    },
    trashedTeams: (page: PageRequest): Promise<Page<TrashEntry>> => store.trashedTeams(page),
    async restoreTeam(id: string, by: ChangedBy): Promise<OperatedTeam> {
      if (!(await store.restoreTeam(id, by))) throw new AppError('not_found', `There is no team ${id} in the trash.`)
      return requireFound(await store.operatedTeam(id), 'team', id)
    },
    async purgeTeam(id: string, by: ChangedBy): Promise<void> {
      foundEntry(await store.trashedTeam(id), id)
      await deleted(dependencies, () => store.deleteTeam(id, by, 0), `team ${id} in the trash`)
    },
  }
}

const foundEntry = (entry: TrashEntry | undefined, id: string): TrashEntry =>
  requireFound(entry, 'entry of the trash', id)
