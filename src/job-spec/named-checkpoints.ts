import { transferOf, type Pretrained } from '../zoo/models/transfer.ts'
import type { ResolvedSpec } from './schema.ts'

/** The weights that a spec starts from. */
export const pretrainedOf = ({ model }: Pick<ResolvedSpec, 'model'>): Pretrained => transferOf(model).pretrained

/** The checkpoint that a spec starts from, where it does. */
export function baseCheckpoint(spec: Pick<ResolvedSpec, 'model'>): string | undefined {
  const pretrained = pretrainedOf(spec)
  return typeof pretrained === 'object' && 'checkpoint' in pretrained ? pretrained.checkpoint : undefined
}

/** The checkpoints that a spec's losses learn from, with where they stand. */
export function teachersOf({
  loss,
  stages = [],
}: Pick<ResolvedSpec, 'loss' | 'stages'>): { id: string; pointer: string }[] {
  const all = [
    { loss, pointer: '/loss/teacher' },
    ...stages.map((stage, i) => ({ loss: stage.loss, pointer: `/stages/${i}/loss/teacher` })),
  ]
  return all.flatMap(({ loss: from, pointer }) =>
    typeof from?.['teacher'] === 'string' ? [{ id: from['teacher'], pointer }] : [],
  )
}

/** Every checkpoint that a spec names. */
export function namedCheckpoints(spec: ResolvedSpec): string[] {
  const base = baseCheckpoint(spec)
  return [...new Set([...(base === undefined ? [] : [base]), ...teachersOf(spec).map(({ id }) => id)])]
}
