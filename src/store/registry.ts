import { AppError } from '../errors.ts'
import type { RegistryStore, StoredVersion } from '../service/ports/registry.ts'
import type { By, CardTexts, Lineage, ModelVersion, Promotion, RegisteredModel } from '../service/registry-resources.ts'
import type { Prisma, PrismaClient, Promotion as PromotionRow } from './generated/client.ts'
import { newest, numberCursor, page } from './pages.ts'
import { json, type Transaction } from './prisma-types.ts'
import { sharedBy } from './shares.ts'

const READ_MODEL = {
  include: {
    versions: { select: { number: true }, orderBy: { number: 'desc' }, take: 1 },
    aliases: { select: { alias: true, version: { select: { number: true } } }, orderBy: { alias: 'asc' } },
  },
} as const
type ModelRow = Prisma.RegisteredModelGetPayload<typeof READ_MODEL>
const READ_VERSION = {
  include: { aliases: { select: { alias: true }, orderBy: { alias: 'asc' } }, model: true },
} as const
type VersionRow = Prisma.ModelVersionGetPayload<typeof READ_VERSION>

/** Own models, and those that another team shares with it. */
const readable = (teamId: string): Prisma.RegisteredModelWhereInput => ({
  OR: [{ teamId }, { shares: { some: { toTeamId: teamId } } }],
})

/** Models by name, their versions and aliases, on PostgreSQL. One function: a table of queries, each a few lines. */
export function registryStore(prisma: PrismaClient): RegistryStore {
  return {
    createModel: (teamId, { id, name, description, card }, limit) =>
      prisma.$transaction(async (tx) => {
        if ((await tx.registeredModel.count({ where: { teamId } })) >= limit)
          throw new AppError('quota_exceeded', `The team has ${limit} models, which is the most; delete one first.`)
        const data = [{ id, teamId, name, description, card: json(card) }]
        if ((await tx.registeredModel.createMany({ data, skipDuplicates: true })).count === 0)
          throw new AppError('conflict', `The team has a model ${name} already; register another version of it.`)
        return modelOf(teamId, await tx.registeredModel.findUniqueOrThrow({ where: { id }, ...READ_MODEL }))
      }),
    async model(teamId, model) {
      const row = await prisma.registeredModel.findFirst({
        where: model.startsWith('model_') ? { id: model, ...readable(teamId) } : { teamId, name: model },
        ...READ_MODEL,
      })
      return row === null ? undefined : modelOf(teamId, row)
    },
    async models(teamId, request) {
      const { where, ...order } = newest(request)
      const rows = await prisma.registeredModel.findMany({
        ...order,
        where: { ...where, ...readable(teamId) },
        ...READ_MODEL,
      })
      return page(rows, request.limit, (row) => modelOf(teamId, row))
    },
    async updateModel(teamId, id, { description, card }) {
      const data = {
        ...(description === undefined ? {} : { description }),
        ...(card === undefined ? {} : { card: json(card) }),
      }
      return (await prisma.registeredModel.updateMany({ where: { id, teamId }, data })).count === 1
    },
    deleteModel: (teamId, id) =>
      prisma.$transaction(async (tx) => {
        if (!(await locked(tx, teamId, id))) return false
        const [alias] = await tx.modelAlias.findMany({ where: { modelId: id }, take: 1 })
        if (alias !== undefined)
          throw new AppError('conflict', `The alias ${alias.alias} points at a version of the model; remove it first.`)
        await tx.registeredModel.delete({ where: { id } })
        return true
      }),
    registerVersion: (teamId, modelId, { id, checkpoint, description, lineage, evaluation, by }) =>
      prisma.$transaction(async (tx) => {
        if (!(await locked(tx, teamId, modelId))) return undefined
        // It cannot be deleted until the transaction ends.
        const held = await tx.$queryRaw<unknown[]>`SELECT 1 FROM "Checkpoint" WHERE "id" = ${checkpoint.id} FOR SHARE`
        if (held.length === 0) throw new AppError('not_found', `There is no checkpoint ${checkpoint.id}.`)
        const { lastVersion: number } = await tx.registeredModel.update({
          where: { id: modelId },
          data: { lastVersion: { increment: 1 } },
        })
        const { blobKey, sha256, sizeBytes } = checkpoint
        const own = {
          id,
          modelId,
          number,
          teamId,
          checkpointId: checkpoint.id,
          blobKey,
          sha256,
          sizeBytes,
          description,
        }
        const made = { lineage: json(lineage), registeredBy: json(by) }
        await tx.modelVersion.create({
          data: { ...own, ...made, ...(evaluation === undefined ? {} : { evaluation: json(evaluation) }) },
        })
        return number
      }),
    async modelVersions(modelId, { limit, after }) {
      const before = numberCursor(after)
      const rows = await prisma.modelVersion.findMany({
        where: { modelId, ...(before === undefined ? {} : { number: { lt: before } }) },
        orderBy: { number: 'desc' },
        take: limit + 1,
        ...READ_VERSION,
      })
      return page(
        rows.map((row) => ({ id: BigInt(row.number), row })),
        limit,
        ({ row }) => versionOf(row),
      )
    },
    async modelVersion(modelId, number) {
      const row = await prisma.modelVersion.findFirst({ where: { modelId, number }, ...READ_VERSION })
      return row === null ? undefined : storedVersionOf(row)
    },
    deleteModelVersion: (teamId, modelId, number) =>
      prisma.$transaction(async (tx) => {
        if (!(await locked(tx, teamId, modelId))) return false
        const row = await tx.modelVersion.findFirst({ where: { modelId, number, teamId }, ...READ_VERSION })
        if (row === null) return false
        const aliases = row.aliases.map(({ alias }) => alias)
        if (aliases.length > 0)
          throw new AppError(
            'conflict',
            `Version ${number} of model ${row.model.name} is ${aliases.join(', ')}; point the alias at another version first.`,
          )
        await tx.modelVersion.delete({ where: { id: row.id } })
        return true
      }),
    promote: (teamId, modelId, promotion) => prisma.$transaction((tx) => promote(tx, teamId, modelId, promotion)),
    async promotions(modelId, request) {
      const { where, ...order } = newest(request)
      const rows = await prisma.promotion.findMany({ ...order, where: { ...where, modelId } })
      return page(rows, request.limit, promotionOf)
    },
    async lastStart(jobId) {
      const row = await prisma.event.findFirst({ where: { jobId, type: 'started' }, orderBy: { id: 'desc' } })
      return (row?.data ?? undefined) as Record<string, unknown> | undefined
    },
  }
}

/** Changes of a model wait for one another. */
async function locked(tx: Transaction, teamId: string, id: string): Promise<boolean> {
  const rows = await tx.$queryRaw<unknown[]>`
    SELECT 1 FROM "RegisteredModel" WHERE "id" = ${id} AND "teamId" = ${teamId} FOR NO KEY UPDATE`
  return rows.length > 0
}

async function promote(
  tx: Transaction,
  teamId: string,
  modelId: string,
  { id, alias, to, reason, by }: Parameters<RegistryStore['promote']>[2],
): Promise<Promotion | undefined> {
  if (!(await locked(tx, teamId, modelId))) return undefined
  const at = { modelId_alias: { modelId, alias } }
  const before = await tx.modelAlias.findUnique({ where: at, include: { version: { select: { number: true } } } })
  if (to === null) {
    if (before === null) return undefined
    await tx.modelAlias.delete({ where: at })
  } else {
    const version = await tx.modelVersion.findFirst({ where: { modelId, number: to } })
    if (version === null) return undefined
    const versionId = version.id
    await tx.modelAlias.upsert({ where: at, create: { modelId, alias, teamId, versionId }, update: { versionId } })
  }
  const change = { from: before?.version.number ?? null, to, reason, promotedBy: json(by) }
  return promotionOf(await tx.promotion.create({ data: { id, modelId, teamId, alias, ...change } }))
}

const modelOf = (teamId: string, row: ModelRow): RegisteredModel => ({
  id: row.id,
  name: row.name,
  description: row.description,
  newestVersion: row.versions[0]?.number ?? null,
  aliases: Object.fromEntries(row.aliases.map(({ alias, version }) => [alias, version.number])),
  card: row.card as CardTexts,
  sharedBy: sharedBy(teamId, row),
  createdAt: row.createdAt.toISOString(),
})

function versionOf(row: VersionRow): ModelVersion {
  const lineage = row.lineage as unknown as Lineage
  return {
    model: row.model.name,
    version: row.number,
    checkpoint: row.checkpointId,
    job: lineage.job.id,
    description: row.description,
    aliases: row.aliases.map(({ alias }) => alias),
    sizeBytes: Number(row.sizeBytes),
    sha256: row.sha256,
    metrics: lineage.metrics,
    registeredBy: row.registeredBy as By,
    createdAt: row.createdAt.toISOString(),
  }
}

const storedVersionOf = (row: VersionRow): StoredVersion => ({
  ...versionOf(row),
  id: row.id,
  modelId: row.modelId,
  blobKey: row.blobKey,
  lineage: row.lineage as unknown as Lineage,
  evaluation: row.evaluation,
})

const promotionOf = ({ id, alias, from, to, reason, promotedBy, createdAt }: PromotionRow): Promotion => ({
  id,
  alias,
  from,
  to,
  reason,
  promotedBy: promotedBy as By,
  createdAt: createdAt.toISOString(),
})
