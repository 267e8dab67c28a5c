import type {
  By,
  Lineage,
  ModelChanges,
  ModelVersion,
  ModelVersionWithLineage,
  Promotion,
  RegisteredModel,
  Share,
} from '../registry-resources.ts'
import type { Page } from '../resources.ts'
import type { PageRequest } from './caller.ts'

export interface NewVersionOfModel {
  id: string
  checkpoint: { id: string; blobKey: string; sha256: string; sizeBytes: number }
  description: string
  lineage: Lineage
  /** Of the report, what a model card shows. */
  evaluation: unknown
  by: By
}

/** With what serves it. */
export interface StoredVersion extends ModelVersionWithLineage {
  id: string
  modelId: string
  blobKey: string
  evaluation: unknown
}

/**
 * Models by name. A model is the team's own by its name, and by its id also one that another team shares with it: such ones are read, and
 * never changed. Numbers of versions are not used twice.
 */
export interface RegistryStore {
  /** @throws AppError `conflict` for a name that is taken, `quota_exceeded` */
  createModel(
    teamId: string,
    model: { id: string; name: string; description: string; card: object },
    limit: number,
  ): Promise<RegisteredModel>
  /** By name or id. */
  model(teamId: string, model: string): Promise<RegisteredModel | undefined>
  /** Own and shared ones, newest first. */
  models(teamId: string, page: PageRequest): Promise<Page<RegisteredModel>>
  updateModel(teamId: string, modelId: string, changes: ModelChanges): Promise<boolean>
  /** With its versions, whose checkpoints are then kept by nothing. @throws AppError `conflict` where an alias points at one */
  deleteModel(teamId: string, modelId: string): Promise<boolean>
  /** @returns its number; undefined where there is no such model. @throws AppError `not_found` for a checkpoint that is gone */
  registerVersion(teamId: string, modelId: string, version: NewVersionOfModel): Promise<number | undefined>
  modelVersions(modelId: string, page: PageRequest): Promise<Page<ModelVersion>>
  modelVersion(modelId: string, version: number): Promise<StoredVersion | undefined>
  /** @throws AppError `conflict` where an alias points at it */
  deleteModelVersion(teamId: string, modelId: string, version: number): Promise<boolean>
  /**
   * Points an alias at a version, or at none, and keeps that it did.
   * @returns undefined where there is no such version, or no such alias to remove
   */
  promote(
    teamId: string,
    modelId: string,
    promotion: { id: string; alias: string; to: number | null; reason: string; by: By },
  ): Promise<Promotion | undefined>
  promotions(modelId: string, page: PageRequest): Promise<Page<Promotion>>
  /** What a job said when it began last: engine, device and the version of the code. */
  lastStart(jobId: string): Promise<Record<string, unknown> | undefined>
}

/** What is shared: a model by its id. */
export interface SharedThing {
  modelId: string
}

export interface ShareStore {
  /** @throws AppError `not_found` for a team that there is not, `conflict` where it is shared with it already */
  share(teamId: string, thing: SharedThing, to: { id: string; team: string; by: By }): Promise<Share>
  shares(teamId: string, thing: SharedThing, page: PageRequest): Promise<Page<Share>>
  /** @returns false where it was not shared with the team */
  unshare(teamId: string, thing: SharedThing, team: string): Promise<boolean>
  /** Names of teams that share something with a team. */
  namesOfSharing(teamId: string, owners: readonly string[]): Promise<ReadonlyMap<string, string>>
}
