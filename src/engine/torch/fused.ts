import type * as tfc from '@tensorflow/tfjs-core'
import type { Activation, BatchNormActArgs, FusedOps, PoolWindow } from '../engine.ts'
import type { Tf } from '../tfjs.js'
import type { TorchBackend } from './backend.ts'
import { call, input, type KernelArguments, type KernelContext } from './kernel.ts'
import { opcodes } from './register.ts'
import { torchUpdates } from './updates.ts'

const ACTIVATIONS: Readonly<Record<Activation, number>> = { linear: 0, relu: 1, relu6: 2, silu: 3 }

type Gradients = Record<string, () => tfc.Tensor>

/** The operations that training needs as single native kernels, each with a gradient of its own. */
export function torchFusedOps(tf: Tf, backend: TorchBackend): FusedOps {
  const context: KernelContext = { tf, backend, opcode: opcodes(backend) }
  registerFusedKernels(context)
  registerFusedGradients(tf)
  const run = (name: string, inputs: Record<string, tfc.Tensor>, attrs: object = {}): tfc.Tensor[] => {
    const result = tf.engine().runKernel(name, inputs, attrs as never)
    return Array.isArray(result) ? result : [result]
  }
  const first = <T extends tfc.Tensor>(tensors: tfc.Tensor[]): T => tensors[0] as T

  return {
    batchNormAct: (args) => first(run('BatchNormAct', batchNormInputs(args), batchNormAttributes(args))),
    batchNormActInference: (args) =>
      first(run('BatchNormActInference', batchNormInputs(args), batchNormAttributes(args))),
    globalAveragePool: (x) => first(run('GlobalAveragePool', { x })),
    paddedAveragePool: (x, window) => first(run('PaddedAveragePool', { x }, window)),
    channelScale: (x, gate) => first(run('ChannelScale', { x, gate })),
    softmaxCrossEntropy: (logits, labels) => first(run('SoftmaxCrossEntropy', { logits, labels })),
    dropout: (x, rate, seed) => first(run('SeededDropout', { x, seed }, { rate })),
    ...torchUpdates(context),
  }
}

function batchNormInputs(
  args: Omit<BatchNormActArgs, 'momentum'> & { momentum?: number | tfc.Scalar },
): Record<string, tfc.Tensor> {
  const { x, gamma, beta, movingMean, movingVariance, residual, momentum } = args
  return {
    x,
    gamma,
    beta,
    movingMean,
    movingVariance,
    ...(residual === undefined ? {} : { residual }),
    ...(typeof momentum === 'object' ? { momentum } : {}),
  }
}

function batchNormAttributes(
  args: Omit<BatchNormActArgs, 'momentum'> & { momentum?: number | tfc.Scalar; overwritesX?: boolean },
): object {
  return {
    hasResidual: args.residual !== undefined,
    activation: ACTIVATIONS[args.activation],
    epsilon: args.epsilon,
    momentum: typeof args.momentum === 'number' ? args.momentum : 0,
    overwritesX: args.overwritesX === true ? 1 : 0,
  }
}

function registerFusedKernels(context: KernelContext): void {
  const { tf, backend, opcode } = context
  const register = (kernelName: string, run: (args: KernelArguments) => unknown): void => {
    tf.registerKernel({ kernelName, backendName: 'torch', kernelFunc: run as never })
  }
  const number = (args: KernelArguments, name: string): number => args.attrs[name] as number
  const batchNormTensors = ['x', 'gamma', 'beta', 'movingMean', 'movingVariance']

  register('BatchNormAct', (args) => {
    const [x, gamma] = [input(args, 'x'), input(args, 'gamma')]
    backend.begin(opcode('BatchNormAct'))
    for (const name of batchNormTensors) backend.tensor(input(args, name))
    backend.optional(args.inputs['residual'])
    backend.number(number(args, 'activation'))
    backend.optional(args.inputs['momentum'])
    backend.number(number(args, 'momentum'))
    backend.number(number(args, 'epsilon'))
    const outputs = [
      backend.output(x.shape, 'float32'),
      backend.output(gamma.shape, 'float32'),
      backend.output(gamma.shape, 'float32'),
    ]
    backend.run()
    backend.changed(input(args, 'movingMean'))
    backend.changed(input(args, 'movingVariance'))
    return outputs
  })

  register('BatchNormActInference', (args) => {
    const [x, gamma] = [input(args, 'x'), input(args, 'gamma')]
    backend.begin(opcode('BatchNormActInference'))
    for (const name of batchNormTensors) backend.tensor(input(args, name))
    backend.optional(args.inputs['residual'])
    for (const name of ['activation', 'epsilon', 'overwritesX']) backend.number(number(args, name))
    const outputs = [backend.output(x.shape, 'float32'), backend.output(gamma.shape, 'float32')]
    backend.run()
    return outputs
  })

  register('BatchNormActGrad', (args) => {
    const [x, gamma] = [input(args, 'x'), input(args, 'gamma')]
    backend.begin(opcode('BatchNormActGrad'))
    for (const name of ['dy', 'x', 'y', 'gamma', 'beta', 'mean', 'inverse']) backend.tensor(input(args, name))
    for (const name of ['activation', 'hasResidual', 'batchStatistics']) backend.number(number(args, name))
    const outputs = [
      backend.output(x.shape, 'float32'),
      backend.output(gamma.shape, 'float32'),
      backend.output(gamma.shape, 'float32'),
    ]
    if (number(args, 'hasResidual') === 1) outputs.push(backend.output(x.shape, 'float32'))
    backend.run()
    return outputs
  })

  register('GlobalAveragePool', (args) => {
    const x = input(args, 'x')
    return call(context, 'GlobalAveragePool', [x], { shape: [x.shape[0] ?? 0, x.shape[3] ?? 0], dtype: 'float32' })
  })
  register('GlobalAveragePoolGrad', (args) =>
    call(context, 'GlobalAveragePoolGrad', [input(args, 'dy'), input(args, 'x')], {
      shape: input(args, 'x').shape,
      dtype: 'float32',
    }),
  )
  const writeWindow = ({ attrs }: KernelArguments): void => {
    const { kernel, strides, padding } = attrs as unknown as PoolWindow
    const [rows, columns] = padding
    for (const value of [...kernel, ...strides, rows, rows, columns, columns, 1, 1]) backend.number(value)
  }
  register('PaddedAveragePool', (args) => {
    const { kernel, strides, padding } = args.attrs as unknown as PoolWindow
    const x = input(args, 'x')
    const side = (axis: 0 | 1): number =>
      Math.floor(((x.shape[axis + 1] ?? 0) + 2 * padding[axis] - kernel[axis]) / strides[axis]) + 1
    const shape = [x.shape[0] ?? 0, side(0), side(1), x.shape[3] ?? 0]
    return call(context, 'PaddedAveragePool', [x], { shape, dtype: 'float32' }, () => {
      writeWindow(args)
    })
  })
  register('PaddedAveragePoolGrad', (args) =>
    call(
      context,
      'PaddedAveragePoolGrad',
      [input(args, 'dy'), input(args, 'x')],
      { shape: input(args, 'x').shape, dtype: 'float32' },
      () => {
        writeWindow(args)
      },
    ),
  )
  register('ChannelScale', (args) =>
    call(context, 'ChannelScale', [input(args, 'x'), input(args, 'gate')], {
      shape: input(args, 'x').shape,
      dtype: 'float32',
    }),
  )
  register('ChannelScaleGrad', (args) => {
    backend.begin(opcode('ChannelScaleGrad'))
    for (const name of ['dy', 'x', 'gate']) backend.tensor(input(args, name))
    const outputs = [
      backend.output(input(args, 'x').shape, 'float32'),
      backend.output(input(args, 'gate').shape, 'float32'),
    ]
    backend.run()
    return outputs
  })
  register('RectifierGrad', (args) =>
    call(
      context,
      number(args, 'six') === 1 ? 'Relu6Grad' : 'ReluGrad',
      [input(args, 'dy'), input(args, 'y')],
      input(args, 'dy'),
    ),
  )
  register('SoftmaxCrossEntropy', (args) => {
    const logits = input(args, 'logits')
    backend.begin(opcode('SoftmaxCrossEntropy'))
    backend.tensor(logits)
    backend.tensor(input(args, 'labels'))
    const outputs = [backend.output([logits.shape[0] ?? 0], 'float32'), backend.output(logits.shape, 'float32')]
    backend.run()
    return outputs
  })
  register('SoftmaxCrossEntropyGrad', (args) =>
    call(
      context,
      'SoftmaxCrossEntropyGrad',
      [input(args, 'dy'), input(args, 'probabilities'), input(args, 'labels')],
      input(args, 'probabilities'),
    ),
  )
  register('SeededDropout', (args) =>
    call(context, 'SeededDropout', [input(args, 'x'), input(args, 'seed')], input(args, 'x'), () => {
      backend.number(number(args, 'rate'))
    }),
  )
}

function registerFusedGradients(tf: Tf): void {
  const grad = (name: string, inputs: Record<string, tfc.Tensor>, attrs: object = {}): tfc.Tensor[] => {
    const result = tf.engine().runKernel(name, inputs, attrs as never)
    return Array.isArray(result) ? result : [result]
  }
  const one = (tensor: tfc.Tensor | undefined) => (): tfc.Tensor => tensor!

  const batchNormGradients = (
    dy: tfc.Tensor,
    saved: Record<'x' | 'y' | 'gamma' | 'beta' | 'mean' | 'inverse', tfc.Tensor | undefined>,
    {
      activation,
      hasResidual,
      batchStatistics,
    }: { activation: number; hasResidual: boolean; batchStatistics: boolean },
  ): Gradients => {
    const attrs = { activation, hasResidual: hasResidual ? 1 : 0, batchStatistics: batchStatistics ? 1 : 0 }
    const [dx, dgamma, dbeta, dresidual] = grad(
      'BatchNormActGrad',
      { dy, ...saved } as Record<string, tfc.Tensor>,
      attrs,
    )
    const constant = (like: tfc.Tensor | undefined) => (): tfc.Tensor => tf.zerosLike(like!)
    return {
      x: one(dx),
      gamma: one(dgamma),
      beta: one(dbeta),
      movingMean: constant(saved.gamma),
      movingVariance: constant(saved.gamma),
      ...(hasResidual ? { residual: one(dresidual) } : {}),
    }
  }

  tf.registerGradient({
    kernelName: 'BatchNormAct',
    inputsToSave: ['x', 'gamma', 'beta'],
    outputsToSave: [true, true, true],
    gradFunc: ((dys: tfc.Tensor[], saved: tfc.Tensor[], attrs: { activation: number; hasResidual: boolean }) => {
      const [x, gamma, beta, y, mean, inverse] = saved
      return batchNormGradients(dys[0]!, { x, y, gamma, beta, mean, inverse }, { ...attrs, batchStatistics: true })
    }) as never,
  })
  tf.registerGradient({
    kernelName: 'BatchNormActInference',
    inputsToSave: ['x', 'gamma', 'beta', 'movingMean'],
    outputsToSave: [true, true],
    gradFunc: ((
      dys: tfc.Tensor[],
      saved: tfc.Tensor[],
      attrs: { activation: number; hasResidual: boolean; overwritesX: number },
    ) => {
      if (attrs.overwritesX === 1) throw new Error('a batch norm that overwrites its input has no gradient')
      const [x, gamma, beta, mean, y, inverse] = saved
      return batchNormGradients(dys[0]!, { x, y, gamma, beta, mean, inverse }, { ...attrs, batchStatistics: false })
    }) as never,
  })
  tf.registerGradient({
    kernelName: 'GlobalAveragePool',
    inputsToSave: ['x'],
    gradFunc: ((dy: tfc.Tensor, [x]: tfc.Tensor[]) => ({
      x: () => grad('GlobalAveragePoolGrad', { dy, x: x! })[0],
    })) as never,
  })
  tf.registerGradient({
    kernelName: 'PaddedAveragePool',
    inputsToSave: ['x'],
    gradFunc: ((dy: tfc.Tensor, [x]: tfc.Tensor[], attrs: object) => ({
      x: () => grad('PaddedAveragePoolGrad', { dy, x: x! }, attrs)[0],
    })) as never,
  })
  tf.registerGradient({
    kernelName: 'ChannelScale',
    inputsToSave: ['x', 'gate'],
    gradFunc: ((dy: tfc.Tensor, [x, gate]: tfc.Tensor[]) => {
      const [dx, dgate] = grad('ChannelScaleGrad', { dy, x: x!, gate: gate! })
      return { x: one(dx), gate: one(dgate) }
    }) as never,
  })
  tf.registerGradient({
    kernelName: 'SoftmaxCrossEntropy',
    inputsToSave: ['labels'],
    outputsToSave: [false, true],
    gradFunc: ((dys: tfc.Tensor[], [labels, probabilities]: tfc.Tensor[]) => ({
      logits: () =>
        grad('SoftmaxCrossEntropyGrad', { dy: dys[0], labels, probabilities } as Record<string, tfc.Tensor>)[0],
    })) as never,
  })
  tf.registerGradient({
    kernelName: 'SeededDropout',
    inputsToSave: ['seed'],
    gradFunc: ((dy: tfc.Tensor, [seed]: tfc.Tensor[], attrs: { rate: number }) => ({
      x: () => grad('SeededDropout', { x: dy, seed: seed! }, attrs)[0],
    })) as never,
  })
}

/**
 * The gradients of ReLU and ReLU6 from their outputs, as one kernel; tfjs' own take the mask from the input in three. Registered for
 * the process, so only where `torch` is the backend.
 */
export function registerRectifierGradients(tf: Tf): void {
  for (const [kernelName, six] of [
    ['Relu', 0],
    ['Relu6', 1],
  ] as const) {
    tf.unregisterGradient(kernelName)
    tf.registerGradient({
      kernelName,
      outputsToSave: [true],
      gradFunc: ((dy: tfc.Tensor, [y]: tfc.Tensor[]) => ({
        x: () => tf.engine().runKernel<tfc.Tensor>('RectifierGrad', { dy, y } as never, { six }),
      })) as never,
    })
  }
}
