import type * as tfc from '@tensorflow/tfjs-core'
import type { FusedOps, LambStepArgs, UpdateArgs } from '../../engine.ts'
import type { TorchBackend } from '../backend.ts'
import type { KernelContext } from '../kernel.ts'

type OptimizerSteps = Pick<FusedOps, 'sgdStep' | 'adamStep' | 'rmspropStep' | 'lambStep'>
type ListOps = Pick<FusedOps, 'accumulate' | 'clipCoefficient' | 'averageStep'>

/** The updates of all variables, each as one native kernel in place. */
export const updateOps = (context: KernelContext): OptimizerSteps & ListOps => ({
  ...optimizerSteps(context),
  ...listOps(context),
})

function optimizerSteps(context: KernelContext): OptimizerSteps {
  const { backend } = context
  return {
    sgdStep(args) {
      begin(context, 'SgdStep', [args.learningRate, args.momentum], [Number(args.nesterov)])
      backend.optional(args.dampening?.step)
      backend.number(args.dampening?.fraction ?? 0)
      step(backend, args, [args.buffers])
    },
    adamStep(args) {
      begin(context, 'AdamStep', adamScalars(args), [args.beta2, args.epsilon, Number(args.decoupled)])
      step(backend, args, [args.firstMoments, args.secondMoments])
    },
    rmspropStep(args) {
      const { alpha, epsilon, means } = args
      begin(context, 'RmspropStep', [args.learningRate, args.momentum], [alpha, epsilon, Number(means !== undefined)])
      step(backend, args, [args.squares, args.buffers, ...(means === undefined ? [] : [means])])
    },
    lambStep(args) {
      begin(context, 'LambStep', adamScalars(args), [args.beta2, args.epsilon])
      writeUpdates(backend, args, [args.firstMoments, args.secondMoments])
      args.variables.forEach((_, i) => {
        backend.number(Number(args.adapts[i] === true))
      })
      run(backend, [...args.variables, ...args.firstMoments, ...args.secondMoments])
    },
  }
}

function listOps(context: KernelContext): ListOps {
  const { backend, tf } = context
  return {
    accumulate({ sums, gradients, scale, keep }) {
      begin(context, 'Accumulate', [keep], [scale, sums.length])
      sums.forEach((sum, i) => {
        backend.handle(sum)
        backend.handle(gradients[i]!)
      })
      run(backend, sums)
    },
    clipCoefficient(gradients, maxNorm) {
      begin(context, 'ClipCoefficient', [], [maxNorm, gradients.length])
      for (const gradient of gradients) backend.handle(gradient)
      const result = backend.output([], 'float32')
      backend.run()
      return tf.engine().makeTensorFromTensorInfo(result) as tfc.Scalar
    },
    averageStep(averages, values, weight) {
      begin(context, 'AverageStep', [weight], [averages.length])
      averages.forEach((average, i) => {
        backend.handle(average)
        backend.handle(values[i] as tfc.Tensor)
      })
      run(backend, averages)
    },
  }
}

const adamScalars = ({ learningRate, step, beta1 }: Omit<LambStepArgs, 'adapts'>): tfc.Tensor[] => [
  learningRate,
  step,
  beta1,
]

function begin({ backend, opcode }: KernelContext, name: string, tensors: tfc.Tensor[], numbers: number[]): void {
  backend.begin(opcode(name))
  for (const tensor of tensors) backend.tensor(tensor)
  for (const value of numbers) backend.number(value)
}

/** As `readUpdates` in native/src/updates.h reads them. */
function writeUpdates(backend: TorchBackend, args: UpdateArgs, states: tfc.Variable[][]): void {
  backend.optional(args.gradientScale)
  backend.number(args.variables.length)
  args.variables.forEach((variable, i) => {
    backend.handle(variable)
    backend.handle(args.gradients[i]!)
    for (const state of states) backend.handle(state[i]!)
    backend.number(args.weightDecay[i] ?? 0)
    backend.number(args.rateScale?.[i] ?? 1)
  })
}

function step(backend: TorchBackend, args: UpdateArgs, states: tfc.Variable[][]): void {
  writeUpdates(backend, args, states)
  run(backend, [...args.variables, ...states.flat()])
}

function run(backend: TorchBackend, changed: tfc.Tensor[]): void {
  backend.run()
  for (const tensor of changed) backend.changed(tensor)
}
