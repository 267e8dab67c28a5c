import type * as tfc from '@tensorflow/tfjs-core'
import type { Run } from './run.ts'

/** Gives every process the weights, the optimiser's state and the averages of rank 0. */
export function shareState({ context: { engine }, open, averages, ranks: { collective } }: Run): void {
  if (collective.worldSize === 1) return
  const all = [open.net.variables, open.trainStep.state, ...averages.all.map(({ variables }) => variables)]
  for (const variable of all.flatMap((variables) => [...variables.values()])) {
    const values = Float32Array.from(variable.dataSync())
    collective.broadcast(values)
    engine.write(variable, values)
  }
}

/**
 * Brings together what each process has for itself: statistics of batch norms become the means of all, and counts of images their sums. From
 * then on all have the same state, which a checkpoint holds.
 */
export function gatherState(run: Run): void {
  const { collective } = run.ranks
  const counts = Float64Array.from(run.seenHere)
  collective.sum(counts)
  counts.forEach((count, label) => (run.seen[label] = (run.seen[label] ?? 0) + count))
  run.seenHere.fill(0)
  if (collective.worldSize === 1) return
  const { graph } = run.open.net
  const averaged = run.averages.all.flatMap(({ variables }) =>
    [...variables].filter(([name]) => graph.statistics.has(name)).map(([, variable]) => variable),
  )
  average(run, [...graph.statistics.values(), ...averaged])
}

function average({ context: { engine }, ranks: { collective } }: Run, variables: readonly tfc.Variable[]): void {
  const values = Float64Array.from(variables.flatMap((variable) => [...variable.dataSync()]))
  collective.sum(values)
  let offset = 0
  for (const variable of variables) {
    const sums = values.subarray(offset, (offset += variable.size))
    engine.write(
      variable,
      Float32Array.from(sums, (sum) => sum / collective.worldSize),
    )
  }
}
