import type { DatasetsRequest } from '../service/ports/lists.ts'
import type { DatasetSummary, Page } from '../service/resources.ts'
import { Prisma, type PrismaClient } from './generated/client.ts'
import { listed, NEWEST, usualConditions, type SortColumn } from './listing.ts'
import { datasetSummaryOf } from './rows.ts'
import { sharedBy, sharedDatasets } from './shares.ts'

/** Documents that may be large, and the name as it is compared. */
const UNREAD = ['report', 'manifest', 'changes', 'nameKey']

const COLUMNS = Prisma.raw(
  Object.values(Prisma.DatasetVersionScalarFieldEnum)
    .filter((name) => !UNREAD.includes(name))
    .map((name) => `version."${name}"`)
    .join(', '),
)

const SORTS: Readonly<Record<'created' | 'name', SortColumn>> = {
  created: { column: Prisma.sql`version."createdAt"`, type: 'time' },
  name: { column: Prisma.sql`version."nameKey"`, type: 'text' },
}

/** A team's data sets, and those that others share with it, by what is asked for, each at its current version. */
export async function listDatasets(
  prisma: PrismaClient,
  teamId: string,
  request: DatasetsRequest,
): Promise<Page<DatasetSummary>> {
  const shared = await sharedDatasets(prisma, teamId)
  const own = Prisma.sql`version."teamId" = ${teamId}`
  const visible = shared.length === 0 ? own : Prisma.sql`(${own} OR version."datasetId" = ANY(${shared}))`
  return listed<Parameters<typeof datasetSummaryOf>[0], DatasetSummary>(
    prisma,
    {
      columns: COLUMNS,
      from: Prisma.sql`"DatasetVersion" AS version`,
      id: Prisma.sql`version."id"`,
      conditions: [
        Prisma.sql`${visible} AND version."isCurrent" AND version."state" <> 'deleted'`,
        ...usualConditions(Prisma.sql`version`, request),
      ],
      sort: request.sort ?? NEWEST,
      by: SORTS[request.sort?.by ?? NEWEST.by],
    },
    request,
    (row) => ({ ...datasetSummaryOf(row), sharedBy: sharedBy(teamId, row) }),
  )
}
