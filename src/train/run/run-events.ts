import type { PackedManifest } from '../../data/packed.ts'
import type { Engine } from '../../engine/engine.ts'
import type { CheckpointInfo } from '../checkpoint/info.ts'
import type { TrainEvent } from '../process/events.ts'
import { precisionOn } from './init.ts'
import type { OpenStage } from './stage.ts'

/** What a task says of itself when it begins to train. */
export function startedEvent(
  engine: Engine,
  { length, net, spec }: OpenStage,
  {
    counts,
    totalSteps,
    startStep = 0,
    pretrained,
  }: {
    counts: PackedManifest['counts']
    totalSteps: number
    startStep?: number
    pretrained?: CheckpointInfo['pretrained']
  },
): TrainEvent {
  const { stepsPerEpoch } = length
  return {
    type: 'started',
    totalSteps,
    stepsPerEpoch,
    startStep,
    epochs: totalSteps / stepsPerEpoch,
    parameters: net.parameters,
    precision: precisionOn(engine, spec),
    threads: engine.threads,
    trainImages: counts.train,
    valImages: counts.val,
    testImages: counts.test,
    engine: `${engine.name} (${engine.version})`,
    device: engine.device.name,
    ...(pretrained === undefined ? {} : { pretrained }),
  }
}

export const info = (message: string): TrainEvent => ({ type: 'log', level: 'info', message })

export function stageMessage({ stage, length, net, input }: OpenStage, count: number): string {
  const name = stage.name === '' ? '' : ` (${stage.name})`
  const steps = 'totalSteps' in length ? `${length.totalSteps} steps` : `${Math.round(length.seconds)} s`
  const trained = [...net.trained.values()].reduce((sum, variable) => sum + variable.size, 0)
  return `Stage ${stage.index + 1} of ${count}${name}: ${steps} at ${input.size} pixels, ${trained} of ${net.parameters} parameters train.`
}

/** The end of a run whose numbers are not finite any more. */
export function nonFinite(what: string, value: number, step: number): TrainEvent {
  return {
    type: 'failed',
    code: 'non_finite_loss',
    fault: 'user',
    retryable: false,
    step,
    detail: `The ${what} is ${value} at step ${step}; a lower learning rate helps.`,
  }
}
