import type { DataId, DataType, Tensor, TensorInfo } from '@tensorflow/tfjs-core'
import { AppError } from '../../errors.ts'
import type { Tf } from '../tfjs.js'
import { typedValues, type Entry } from './entry.ts'
import { HandlePool } from './handle-pool.ts'
import { guarded, type Native } from './native.ts'

export const DTYPES: Readonly<Record<string, number>> = { float32: 0, int32: 1, bool: 2 }

/** Values of tensors smaller than this stay cached in JavaScript after an upload. */
const KEEP_IN_JAVASCRIPT = 4096

/** The part of tfjs' KernelBackend that this file adds to; MathBackendCPU does the rest in JavaScript for ops without a kernel. */
export interface TorchBackend {
  readonly native: Native
  /** Starts a command. */
  begin(opcode: number): void
  number(value: number): void
  dims(sizes: readonly number[]): void
  tensor(info: TensorInfo): void
  optional(info: TensorInfo | null | undefined): void
  handle(info: TensorInfo): void
  output(shape: number[], dtype: DataType): TensorInfo
  run(): void
  incRef(dataId: DataId): void
  /** Drops values that JavaScript has cached of a tensor that a kernel changed in place. */
  changed(info: TensorInfo): void
  ensureNative(info: TensorInfo): number
  /** Overwrites a tensor's values in place. */
  overwrite(info: TensorInfo, values: Float32Array | Int32Array): void
  beginCapture(): void
  endCapture(outputs: readonly Tensor[]): Capture
  /** Forgets a capture whose step has thrown. */
  abandonCapture(): void
}

export interface Capture {
  run(): void
  dispose(): void
}

/**
 * Makes the backend's class over the bundle's MathBackendCPU and registers it as `torch`. Long because it holds a class, whose base is known
 * only once the bundle has been loaded.
 * One function: the methods of the backend share the addon and the tables that it closes over.
 */
export function registerTorchBackend(tf: Tf, native: Native): TorchBackend {
  const commands = native.commands
  const pool = new HandlePool()
  let cursor = 0
  let mentioned: number[] = []
  /** The tape being recorded, counted from 1; 0 outside a capture. */
  let capturing = 0
  let changedInCapture = new Set<Entry>()

  class Backend extends tf.MathBackendCPU implements TorchBackend {
    readonly native = native

    private entry(dataId: DataId): Entry {
      return this.data.get(dataId) as unknown as Entry
    }

    private add(dataId: DataId, entry: Entry): void {
      this.data.set(dataId, entry as never)
    }

    private make(values: unknown, shape: number[], dtype: DataType, refCount: number, handle = -1): Entry {
      let cached = values
      const entry: Entry = {
        dtype,
        refCount,
        shape,
        handle,
        capture: capturing,
        complexTensorInfos: null,
        get values() {
          if (cached === null && this.handle >= 0) {
            const count = shape.reduce((product, size) => product * size, 1)
            const into =
              dtype === 'float32'
                ? new Float32Array(count)
                : dtype === 'int32'
                  ? new Int32Array(count)
                  : new Uint8Array(count)
            guarded(() => native.download(this.handle, into))
            cached = into
          }
          return cached
        },
        set values(next) {
          cached = next
        },
      }
      return entry
    }

    override write(values: never, shape: number[], dtype: DataType): DataId {
      const dataId = {}
      this.add(dataId, this.make(values, shape, dtype, 1))
      return dataId
    }

    override move(dataId: DataId, values: never, shape: number[], dtype: DataType, refCount: number): void {
      this.add(dataId, this.make(values, shape, dtype, refCount))
    }

    override disposeData(dataId: DataId, force = false): boolean {
      if (!this.data.has(dataId)) return true
      const entry = this.entry(dataId)
      entry.refCount--
      if (!force && entry.refCount > 0) return false
      if (entry.complexTensorInfos !== null) {
        this.disposeData(entry.complexTensorInfos.real.dataId, true)
        this.disposeData(entry.complexTensorInfos.imag.dataId, true)
      }
      if (entry.handle >= 0) {
        native.release(entry.handle, entry.capture === capturing)
        pool.release(entry.handle, entry.capture)
      }
      this.data.delete(dataId)
      return true
    }

    override async read(dataId: DataId): Promise<never> {
      return this.readSync(dataId) as never
    }

    override memory(): { unreliable: boolean; reasons: string[]; nativeTensors: number; nativeBytes: number } {
      const [nativeTensors, nativeBytes] = native.memory()
      return { unreliable: false, reasons: [], nativeTensors, nativeBytes }
    }

    begin(opcode: number): void {
      commands[0] = opcode
      cursor = 1
      mentioned = []
    }

    number(value: number): void {
      commands[cursor++] = value
    }

    dims(sizes: readonly number[]): void {
      commands[cursor++] = sizes.length
      for (const size of sizes) commands[cursor++] = size
    }

    tensor(info: TensorInfo): void {
      this.handle(info)
      this.dims(info.shape)
    }

    optional(info: TensorInfo | null | undefined): void {
      this.number(info ? 1 : 0)
      if (info) this.tensor(info)
    }

    handle(info: TensorInfo): void {
      this.mention(this.ensureNative(info))
    }

    private mention(handle: number): void {
      commands[cursor++] = handle
      mentioned.push(handle)
    }

    output(shape: number[], dtype: DataType): TensorInfo {
      const dataId = {}
      const handle = pool.allot()
      this.add(dataId, this.make(null, shape, dtype, 1, handle))
      this.mention(handle)
      return { dataId, shape, dtype }
    }

    run(): void {
      if (cursor + mentioned.length > commands.length)
        throw new AppError('internal', `A command of ${cursor} numbers is longer than the buffer.`)
      commands.set(mentioned, cursor)
      guarded(() => native.exec(cursor, mentioned.length))
    }

    changed(info: TensorInfo): void {
      const entry = this.entry(info.dataId)
      entry.values = null
      if (capturing !== 0) changedInCapture.add(entry)
    }

    ensureNative(info: TensorInfo): number {
      const entry = this.entry(info.dataId)
      if (entry.handle < 0) {
        const recorded = entry.capture === capturing
        entry.handle = recorded ? pool.allot() : pool.outside(() => pool.allot())
        const values = typedValues(entry)
        const count = entry.shape.reduce((product, size) => product * size, 1)
        guarded(() =>
          native.upload(entry.handle, values, count === values.length ? entry.shape : [values.length], recorded),
        )
        if (count >= KEEP_IN_JAVASCRIPT) entry.values = null
      }
      return entry.handle
    }

    overwrite(info: TensorInfo, values: Float32Array | Int32Array): void {
      const handle = this.ensureNative(info)
      guarded(() => native.overwrite(handle, values))
      this.changed(info)
    }

    beginCapture(): void {
      const tape = native.captureBegin()
      capturing = tape + 1
      changedInCapture = new Set()
      pool.begin(capturing)
    }

    abandonCapture(): void {
      if (capturing === 0) return
      native.captureEnd(false)
      pool.end()
      capturing = 0
    }

    endCapture(outputs: readonly Tensor[]): Capture {
      const tape = capturing - 1
      const stale = [...changedInCapture, ...outputs.map((tensor) => this.entry(tensor.dataId))]
      const owned = pool.end()
      capturing = 0
      guarded(() => native.captureEnd(true))
      return {
        run: () => {
          guarded(() => native.captureRun(tape))
          for (const entry of stale) entry.values = null
        },
        dispose: () => {
          native.captureDispose(tape)
          for (const handle of owned) native.release(handle, false)
          pool.giveBack(owned)
        },
      }
    }
  }

  const backend = new Backend()
  tf.registerBackend('torch', () => backend, 3)
  return backend
}
