import { existsSync } from 'node:fs'
import { unitClassScales } from '../../zoo/models/class-scale.ts'
import { readCheckpoint, roleValues } from '../checkpoint/checkpoint.ts'
import type { Adjustment, CheckpointKind } from '../checkpoint/info.ts'
import { readValues, writeValues } from '../net/net.ts'
import type { Average } from '../step/averages.ts'
import { checkpointPath } from './checkpoint-files.ts'
import { recomputeStatistics } from './norm-statistics.ts'
import { stageSpec, type Run } from './run.ts'
import { selectionScore, validationOf } from './validation.ts'

export interface SelectedWeights {
  kind: CheckpointKind
  /** Validation accuracies of several averages. */
  scores: Record<string, number>
  /** How the weights were adjusted when the run was here before and was interrupted later. */
  adjusted?: Adjustment | undefined
}

/** Puts the weights to keep into the net: the average that validates best, else the best on validation, else the last. */
export async function selectWeights(run: Run): Promise<SelectedWeights> {
  const [first, ...others] = run.averages.all
  if (first === undefined) return bestWeights(run)
  await loadAverage(run, first)
  const validates = run.context.dataset.manifest.counts.val > 0
  return { kind: 'averaged', scores: others.length > 0 && validates ? await selectAverage(run, first) : {} }
}

function bestWeights({ open, context, best, options }: Run): SelectedWeights {
  const path = checkpointPath(options.outDir, 'best')
  if (best === null || !existsSync(path)) return { kind: 'best', scores: {} }
  const { variables } = open.net
  const stored = readCheckpoint(path)
  writeValues(context.engine, variables, new Map([...unitClassScales(variables), ...roleValues(stored, 'model')]))
  return { kind: 'best', scores: {}, adjusted: stored.info.adjustment }
}

/** Validates every average, of which the first is in the net, and puts in the best one. @returns their accuracies. */
async function selectAverage(run: Run, first: Average): Promise<Record<string, number>> {
  const { open, averages, context } = run
  const { variables } = open.net
  const scores: Record<string, number> = {}
  let [values, highest] = [new Map<string, Float32Array>(), -Infinity]
  for (const average of averages.all) {
    if (average !== first) await loadAverage(run, average)
    const validation = validationOf(stageSpec(run), await open.evaluator.run('val'))
    const score = selectionScore(validation)
    scores[`${average.name}/accuracy`] = validation.accuracy
    if (score > highest) [values, highest] = [readValues(variables), score]
  }
  writeValues(context.engine, variables, values)
  return scores
}

async function loadAverage({ context, open }: Run, { variables, recomputeBatchNorm }: Average): Promise<void> {
  const { net } = open
  const targets = recomputeBatchNorm ? net.graph.trainable : net.variables
  writeValues(context.engine, targets, readValues(variables))
  if (recomputeBatchNorm) await recomputeStatistics(context, open, net.graph)
}
