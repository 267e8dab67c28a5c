import type * as tfc from '@tensorflow/tfjs-core'

/** Which process of a group this is, and where it finds the others. */
export interface GroupOptions {
  /** From 0. */
  rank: number
  worldSize: number
  /** `file:///PATH` that all processes of one host see, or `tcp://HOST:PORT/SECRET`, where rank 0 listens, with what the keys of this group begin with. */
  store: string
  /** Address of this host that processes on others reach; absent: all are on this one. */
  address?: string | undefined
  /** Whether gradients go from process to process as bfloat16: half as many bytes, and sums that are rounded to it. */
  compressGradients?: boolean | undefined
  /** How long a process waits for another one at most. */
  timeoutMs: number
}

/**
 * What the processes do together that train one net, each on a slice of every batch. All of them call the same methods in the same order.
 * @throws AppError `rank_lost` from each method, when another process has ended or did not answer in time
 */
export interface Collective {
  readonly rank: number
  readonly worldSize: number
  /**
   * Sums gradients, in place. Between hosts and GPUs, sums of a captured step begin as soon as their gradients are there, while the backward pass
   * goes on; the processes of one host sum all at its end.
   */
  sumGradients(gradients: readonly tfc.Tensor[]): void
  /** Sums numbers, in place; every process gets the same bits. */
  sum(values: Float64Array | Float32Array): void
  /** Overwrites the values with those of rank 0. */
  broadcast(values: Float32Array): void
  close(): void
}

/** A group that has been announced to the others. */
export interface OpenedGroup {
  /** How many processes have announced themselves. */
  arrived(): number
  /** Connects to the others, once all have arrived. */
  connect(): Collective
}

/** The collective of a process that trains alone. */
export const soleProcess: Collective = {
  rank: 0,
  worldSize: 1,
  sumGradients: () => undefined,
  sum: () => undefined,
  broadcast: () => undefined,
  close: () => undefined,
}
