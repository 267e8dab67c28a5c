import { AppError } from '../errors.ts'
import type { Prisma } from './generated/client.ts'
import type { Transaction } from './prisma-types.ts'

/** Versions that a refusal names. */
const MAX_NAMED = 5

/** Checkpoints that no version of a model points at: those alone may be removed, whoever removes them. */
export const NOT_REGISTERED: Prisma.CheckpointWhereInput = { versions: { none: {} } }

/**
 * To be called before checkpoints, or jobs with theirs, are deleted; the checkpoints have to be locked by then.
 * @throws AppError `conflict` that names the versions of models that point at them
 */
export async function requireNotRegistered(
  tx: Transaction,
  { what, ...checkpoint }: { what: string } & Pick<Prisma.CheckpointWhereInput, 'id' | 'jobId'>,
): Promise<void> {
  const versions = await tx.modelVersion.findMany({
    where: { checkpoint },
    select: { number: true, model: { select: { name: true } } },
    take: MAX_NAMED + 1,
  })
  if (versions.length === 0) return
  const names = versions.slice(0, MAX_NAMED).map(({ number, model }) => `${model.name}:${number}`)
  throw new AppError(
    'conflict',
    `${what} cannot be deleted: its weights are registered as ${names.join(', ')}${versions.length > MAX_NAMED ? ' and others' : ''}; delete that version of the model first.`,
  )
}
