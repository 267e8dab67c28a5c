import type { Tensor, TensorInfo } from '@tensorflow/tfjs-core'
import type { Activation, BatchNormActArgs, FusedOps } from '../../engine.ts'
import type { Tf } from '../../tfjs.js'
import { input, numberAttribute, type KernelArguments, type KernelContext } from '../kernel.ts'
import { runFused, type FusedOperation } from './operation.ts'

const ACTIVATIONS: Readonly<Record<Activation, number>> = { linear: 0, relu: 1, relu6: 2, silu: 3 }
/** What a norm's statistics come from, as native/src/kernels/batch_norm.cc numbers it. */
const STATISTICS = { fixed: 0, batch: 1, allBatches: 2 } as const
const TENSORS = ['x', 'gamma', 'beta', 'movingMean', 'movingVariance']

type Args = Omit<BatchNormActArgs, 'momentum'> & { momentum?: BatchNormActArgs['momentum']; overwritesX?: boolean }
type Saved = Record<'x' | 'y' | 'gamma' | 'beta' | 'mean' | 'inverse', Tensor>
type Attributes = Readonly<{ activation: number; hasResidual: boolean; overwritesX: number; acrossRanks: number }>

/** Batch normalisation, a residual and an activation, with the batch's statistics or the moving ones. */
export const batchNorm: FusedOperation = {
  kernels: {
    BatchNormAct: (args, context) => {
      const { backend } = context
      begin('BatchNormAct', TENSORS, args, context)
      backend.optional(args.inputs['residual'])
      backend.number(numberAttribute(args, 'activation'))
      backend.optional(args.inputs['momentum'])
      backend.number(numberAttribute(args, 'momentum'))
      backend.number(numberAttribute(args, 'epsilon'))
      backend.number(numberAttribute(args, 'acrossRanks'))
      const outputs = outputsLike(['x', 'gamma', 'gamma'], args, context)
      backend.run()
      backend.changed(input(args, 'movingMean'))
      backend.changed(input(args, 'movingVariance'))
      return outputs
    },
    BatchNormActInference: (args, context) => {
      const { backend } = context
      begin('BatchNormActInference', TENSORS, args, context)
      backend.optional(args.inputs['residual'])
      for (const name of ['activation', 'epsilon', 'overwritesX']) backend.number(numberAttribute(args, name))
      const outputs = outputsLike(['x', 'gamma'], args, context)
      backend.run()
      return outputs
    },
    BatchNormActGrad: (args, context) => {
      const { backend } = context
      begin('BatchNormActGrad', ['dy', 'x', 'y', 'gamma', 'beta', 'mean', 'inverse'], args, context)
      for (const name of ['activation', 'hasResidual', 'statistics']) backend.number(numberAttribute(args, name))
      const residual = numberAttribute(args, 'hasResidual') === 1 ? ['x'] : []
      const outputs = outputsLike(['x', 'gamma', 'gamma', ...residual], args, context)
      backend.run()
      return outputs
    },
  },
  gradients: (tf) => [
    {
      kernelName: 'BatchNormAct',
      inputsToSave: ['x', 'gamma', 'beta'],
      outputsToSave: [true, true, true],
      gradFunc: ([dy]: [Tensor], saved: Tensor[], attrs: Attributes) => {
        const [x, gamma, beta, y, mean, inverse] = saved as SixTensors
        return gradient(
          tf,
          dy,
          { x, y, gamma, beta, mean, inverse },
          { ...attrs, statistics: attrs.acrossRanks === 1 ? STATISTICS.allBatches : STATISTICS.batch },
        )
      },
    },
    {
      kernelName: 'BatchNormActInference',
      inputsToSave: ['x', 'gamma', 'beta', 'movingMean'],
      outputsToSave: [true, true],
      gradFunc: ([dy]: [Tensor], saved: Tensor[], attrs: Attributes) => {
        if (attrs.overwritesX === 1) throw new Error('a batch norm that overwrites its input has no gradient')
        const [x, gamma, beta, mean, y, inverse] = saved as SixTensors
        return gradient(tf, dy, { x, y, gamma, beta, mean, inverse }, { ...attrs, statistics: STATISTICS.fixed })
      },
    },
  ],
}

type SixTensors = [Tensor, Tensor, Tensor, Tensor, Tensor, Tensor]

export function batchNormOps(tf: Tf): Pick<FusedOps, 'batchNormAct' | 'batchNormActInference'> {
  return {
    batchNormAct: (args) => runFused(tf, 'BatchNormAct', tensorsOf(args), attributesOf(args))[0]!,
    batchNormActInference: (args) => runFused(tf, 'BatchNormActInference', tensorsOf(args), attributesOf(args))[0]!,
  }
}

function begin(name: string, tensors: readonly string[], args: KernelArguments, context: KernelContext): void {
  context.backend.begin(context.opcode(name))
  for (const tensor of tensors) context.backend.tensor(input(args, tensor))
}

/** Outputs with the shapes of these inputs, in order. */
const outputsLike = (names: readonly string[], args: KernelArguments, { backend }: KernelContext): TensorInfo[] =>
  names.map((name) => backend.output(input(args, name).shape, 'float32'))

function tensorsOf(args: Args): Record<string, Tensor> {
  const { x, gamma, beta, movingMean, movingVariance, residual, momentum } = args
  const tensors: Record<string, Tensor> = { x, gamma, beta, movingMean, movingVariance }
  if (residual !== undefined) tensors['residual'] = residual
  if (typeof momentum === 'object') tensors['momentum'] = momentum
  return tensors
}

const attributesOf = (args: Args): object => ({
  hasResidual: args.residual !== undefined,
  activation: ACTIVATIONS[args.activation],
  epsilon: args.epsilon,
  momentum: typeof args.momentum === 'number' ? args.momentum : 0,
  overwritesX: args.overwritesX === true ? 1 : 0,
  acrossRanks: args.acrossRanks === true ? 1 : 0,
})

function gradient(
  tf: Tf,
  dy: Tensor,
  saved: Saved,
  attrs: { activation: number; hasResidual: boolean; statistics: number },
): Record<string, () => Tensor> {
  const { activation, hasResidual, statistics } = attrs
  const numbers = { activation, hasResidual: Number(hasResidual), statistics }
  const [dx, dgamma, dbeta, dresidual] = runFused(tf, 'BatchNormActGrad', { dy, ...saved }, numbers)
  const gradients: Record<string, () => Tensor> = {
    x: () => dx!,
    gamma: () => dgamma!,
    beta: () => dbeta!,
    movingMean: () => tf.zerosLike(saved.gamma),
    movingVariance: () => tf.zerosLike(saved.gamma),
  }
  if (hasResidual) gradients['residual'] = () => dresidual!
  return gradients
}
