import type * as tfc from '@tensorflow/tfjs-core'
import type { Collective, GroupOptions, OpenedGroup } from '../distributed/collective.ts'
import { sizeOf, type KernelContext } from './kernel.ts'
import { guarded } from './native.ts'

/** Gradients that are summed together have at most this many elements, so that the first sums begin long before the last gradient is there. */
const BUCKET_ELEMENTS = 1 << 20

/** The process group of libtorch (c10d) that this process has opened. */
export function openTorchGroup(
  context: KernelContext,
  { rank, worldSize, store, timeoutMs, address = '', compressGradients = false }: GroupOptions,
): OpenedGroup {
  const { native } = context.backend
  guarded(() => {
    native.groupOpen(rank, worldSize, store, timeoutMs, address, compressGradients)
  })
  return {
    arrived: () => guarded(() => native.groupArrived()),
    connect() {
      guarded(() => {
        native.groupConnect()
      })
      return collectiveOf(context, { rank, worldSize })
    },
  }
}

function collectiveOf(
  context: KernelContext,
  { rank, worldSize }: Pick<GroupOptions, 'rank' | 'worldSize'>,
): Collective {
  const { backend, opcode } = context
  const { native } = backend
  const run = (kernel: string, tensors: readonly tfc.Tensor[]): void => {
    backend.begin(opcode(kernel))
    backend.number(tensors.length)
    for (const tensor of tensors) backend.handle(tensor)
    backend.run()
  }
  return {
    rank,
    worldSize,
    sumGradients(gradients) {
      for (const bucket of bucketsOf(gradients)) run('StartGradientSums', bucket)
      run('FinishGradientSums', gradients)
      for (const gradient of gradients) backend.changed(gradient)
    },
    sum(values) {
      guarded(() => {
        native.groupSum(values)
      })
    },
    broadcast(values) {
      guarded(() => {
        native.groupBroadcast(values)
      })
    },
    close: () => {
      native.groupClose()
    },
  }
}

/** Tensors in the order in which a backward pass makes their gradients, the last layer's first. */
export function bucketsOf<T extends { shape: readonly number[] }>(
  tensors: readonly T[],
  most = BUCKET_ELEMENTS,
): T[][] {
  const buckets: T[][] = []
  let room = 0
  for (const tensor of tensors.toReversed()) {
    const size = sizeOf(tensor.shape)
    if (size > room) {
      buckets.push([])
      room = most
    }
    buckets.at(-1)?.push(tensor)
    room -= size
  }
  return buckets
}
