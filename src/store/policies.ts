import { newId } from '../service/ids.ts'
import { searchedBy } from '../service/policy-losses.ts'
import type { PolicySearched, PolicySummary } from '../service/policy-resources.ts'
import type { PolicyStore } from '../service/ports/policies.ts'
import type { Policy } from '../job-spec/policies.ts'
import type { Policy as PolicyRow, Prisma, PrismaClient } from './generated/client.ts'
import { older, page } from './pages.ts'
import { json } from './prisma-types.ts'

const summaryOf = ({ name, jobId, search, createdAt }: Omit<PolicyRow, 'policy'>): PolicySummary => ({
  name,
  job: jobId,
  createdAt: createdAt.toISOString(),
  search: search as PolicySearched | null,
})

/** Policies on PostgreSQL. */
export function policyStore(prisma: PrismaClient): PolicyStore {
  return {
    async createPolicy(teamId, { id, name, policy }) {
      const data = [{ id, teamId, name, policy: json(policy) }]
      return (await prisma.policy.createMany({ data, skipDuplicates: true })).count === 1
    },
    async policy(teamId, name) {
      const row = await prisma.policy.findFirst({ where: { teamId, name } })
      return row === null ? undefined : { ...summaryOf(row), policy: row.policy as unknown as Policy }
    },
    policies: async (teamId, request) =>
      page(
        await prisma.policy.findMany({ ...older(teamId, request), omit: { policy: true } }),
        request.limit,
        summaryOf,
      ),
    countPolicies: (teamId) => prisma.policy.count({ where: { teamId } }),
    deletePolicy: async (teamId, name) => (await prisma.policy.deleteMany({ where: { teamId, name } })).count === 1,
    async savedPolicies(teamId, names) {
      const [asked, all] = await Promise.all([
        prisma.policy.findMany({ where: { teamId, name: { in: [...names] } }, select: { name: true, policy: true } }),
        prisma.policy.findMany({ where: { teamId }, select: { name: true }, orderBy: { name: 'asc' } }),
      ])
      return {
        policies: new Map(asked.map(({ name, policy }) => [name, policy as unknown as Policy])),
        names: all.map(({ name }) => name),
      }
    },
  }
}

/** Saves what a search has found, with its report. A name that was taken meanwhile keeps its policy; the report has this one. */
export async function keepFoundPolicy(tx: Prisma.TransactionClient, jobId: string, report: unknown): Promise<void> {
  const { policy } = report as { policy?: unknown }
  const { kind, teamId, task } = await tx.job.findUniqueOrThrow({
    where: { id: jobId },
    select: { kind: true, teamId: true, task: true },
  })
  if (kind !== 'policy-search' || policy === undefined || policy === null) return
  const { saveAs } = task as { saveAs: string }
  const search = searchedBy(report)
  const found = { id: newId('policy', Date.now()), teamId, name: saveAs, policy: json(policy), jobId }
  await tx.policy.createMany({
    data: [{ ...found, ...(search === null ? {} : { search }) }],
    skipDuplicates: true,
  })
}
