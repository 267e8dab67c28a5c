import type * as tfc from '@tensorflow/tfjs-core'
import type { FusedOps, LambStepArgs, UpdateArgs } from '../engine.ts'
import type { KernelContext } from './kernel.ts'

type Updates = Pick<
  FusedOps,
  'sgdStep' | 'adamStep' | 'rmspropStep' | 'lambStep' | 'accumulate' | 'clipCoefficient' | 'averageStep'
>

/** The updates of all variables, each as one native kernel in place. */
export function torchUpdates({ backend, opcode, tf }: KernelContext): Updates {
  const begin = (name: string, tensors: tfc.Tensor[], numbers: number[]): void => {
    backend.begin(opcode(name))
    for (const tensor of tensors) backend.tensor(tensor)
    for (const value of numbers) backend.number(value)
  }
  /** As `readUpdates` in native/src/updates.h reads them. */
  const writeUpdates = (args: UpdateArgs, states: tfc.Variable[][]): void => {
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
  const run = (changed: tfc.Tensor[]): void => {
    backend.run()
    for (const tensor of changed) backend.changed(tensor)
  }
  const step = (args: UpdateArgs, states: tfc.Variable[][]): void => {
    writeUpdates(args, states)
    run([...args.variables, ...states.flat()])
  }
  const moments = ({ learningRate, step: number, beta1 }: Omit<LambStepArgs, 'adapts'>): tfc.Tensor[] => [
    ...[learningRate, number, beta1],
  ]

  return {
    sgdStep(args) {
      begin('SgdStep', [args.learningRate, args.momentum], [Number(args.nesterov)])
      backend.optional(args.dampening?.step)
      backend.number(args.dampening?.share ?? 0)
      step(args, [args.buffers])
    },
    adamStep(args) {
      begin('AdamStep', moments(args), [args.beta2, args.epsilon, Number(args.decoupled)])
      step(args, [args.firstMoments, args.secondMoments])
    },
    rmspropStep(args) {
      const { alpha, epsilon, means } = args
      begin('RmspropStep', [args.learningRate, args.momentum], [alpha, epsilon, Number(means !== undefined)])
      step(args, [args.squares, args.buffers, ...(means === undefined ? [] : [means])])
    },
    lambStep(args) {
      begin('LambStep', moments(args), [args.beta2, args.epsilon])
      writeUpdates(args, [args.firstMoments, args.secondMoments])
      args.variables.forEach((_, i) => {
        backend.number(Number(args.adapts[i] === true))
      })
      run([...args.variables, ...args.firstMoments, ...args.secondMoments])
    },
    accumulate({ sums, gradients, share, keep }) {
      begin('Accumulate', [keep], [share, sums.length])
      sums.forEach((sum, i) => {
        backend.handle(sum)
        backend.handle(gradients[i]!)
      })
      run(sums)
    },
    clipCoefficient: (gradients, maxNorm) => {
      begin('ClipCoefficient', [], [maxNorm, gradients.length])
      for (const gradient of gradients) backend.handle(gradient)
      const result = backend.output([], 'float32')
      backend.run()
      return tf.engine().makeTensorFromTensorInfo(result) as tfc.Scalar
    },
    averageStep(averages, values, weight) {
      begin('AverageStep', [weight], [averages.length])
      averages.forEach((average, i) => {
        backend.handle(average)
        backend.handle(values[i] as tfc.Tensor)
      })
      run(averages)
    },
  }
}
