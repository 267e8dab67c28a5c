import type { Loader } from '../../data/loader.ts'

/** Means over the steps since the last metrics. */
export class StepMetrics {
  private readonly now: () => number
  private readonly loader: Loader
  private startedAt: number
  private waitedMs: number
  private steps = 0
  private images = 0
  private loss = 0
  private accuracy = 0

  constructor(now: () => number, loader: Loader) {
    this.now = now
    this.loader = loader
    this.startedAt = now()
    this.waitedMs = loader.waitedMs()
  }

  add({ loss, accuracy: hits }: { loss: number; accuracy: number }, images: number): void {
    this.steps++
    this.images += images
    this.loss += loss
    this.accuracy += hits
  }

  take(learningRate: number, stepsLeft: number, batchSize: number): Record<string, number> {
    const elapsedMs = Math.max(1e-3, this.now() - this.startedAt)
    const imagesPerSecond = (this.images / elapsedMs) * 1000
    const values = {
      'train/loss': this.loss / this.steps,
      'train/accuracy': this.accuracy / this.steps,
      'train/learningRate': learningRate,
      'train/imagesPerSecond': imagesPerSecond,
      'train/dataWait': (this.loader.waitedMs() - this.waitedMs) / elapsedMs,
      'train/secondsLeft': (stepsLeft * batchSize) / imagesPerSecond,
    }
    this.reset()
    return values
  }

  reset(): void {
    this.startedAt = this.now()
    this.waitedMs = this.loader.waitedMs()
    this.steps = this.images = this.loss = this.accuracy = 0
  }
}
