import type { ResolvedSpec } from '../job-spec/schema.ts'
import type { TaskKind } from '../job-spec/tasks.ts'

/** Equal of runs whose throughput is comparable on one kind of device: the same task, model, image size, batch size and precision. */
export const likenessOf = ({ model, image, batchSize, precision }: ResolvedSpec, kind: TaskKind = 'fit'): string =>
  `${kind} ${model.name} ${image.size} ${batchSize} ${precision}`
