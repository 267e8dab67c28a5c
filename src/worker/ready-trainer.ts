import type { Trainer } from '../train/process/spawn.ts'

/**
 * Keeps a trainer that has loaded its engine ready for a device of the worker that is free. A job of that device alone gets it; for any
 * other one a trainer is started.
 */
export class ReadyTrainer {
  private readonly spawn: (places: readonly number[]) => Trainer
  private ready: { place: number; trainer: Trainer } | undefined

  constructor(spawn: (places: readonly number[]) => Trainer) {
    this.spawn = spawn
  }

  /** The device that it is for. */
  get place(): number | undefined {
    return this.ready?.place
  }

  /** A trainer for a job with these devices. */
  take(places: readonly number[]): Trainer {
    if (this.ready === undefined || !places.includes(this.ready.place)) return this.spawn(places)
    const { trainer } = this.ready
    this.ready = undefined
    if (places.length === 1) return trainer
    trainer.kill()
    return this.spawn(places)
  }

  /** Starts one for the first of the free devices, unless there is one. */
  prepare(free: readonly number[]): void {
    const [place] = free
    if (this.ready === undefined && place !== undefined) this.ready = { place, trainer: this.spawn([place]) }
  }

  kill(): void {
    this.ready?.trainer.kill()
    this.ready = undefined
  }
}
