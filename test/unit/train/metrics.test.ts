import { describe, expect, it } from 'vitest'
import { calibrate } from '../../../src/train/calibration.ts'
import { accuracy, argMax, fitTemperature, negativeLogLikelihood, softmax } from '../../../src/train/metrics.ts'
import { outcomesOf } from '../../../src/train/report/outcomes.ts'
import { reliability } from '../../../src/train/report/reliability.ts'
import { floats, floatTensor, readSafetensors, writeSafetensors } from '../../../src/train/weights/safetensors.ts'
import { rngFor } from '../../../src/zoo/rng.ts'

/** Logits of a model that is right with the probability it should claim, then made `sharpness` times surer. */
function overconfident(sharpness: number): { logits: Float32Array; labels: Int32Array; classes: number } {
  const rng = rngFor(11)
  const [images, classes] = [4000, 5]
  const logits = new Float32Array(images * classes)
  const labels = new Int32Array(images)
  for (let i = 0; i < images; i++) {
    const own = Float32Array.from({ length: classes }, () => rng.normal() * 1.5)
    const probabilities = softmax(own)
    let u = rng.uniform()
    labels[i] = Math.max(
      0,
      probabilities.findIndex((p) => (u -= p) < 0),
    )
    logits.set(
      own.map((value) => value * sharpness),
      i * classes,
    )
  }
  return { logits, labels, classes }
}

describe('calibration', () => {
  const split = overconfident(4)

  it('finds the temperature that made the model overconfident', () => {
    expect(fitTemperature(split)).toBeGreaterThan(3.6)
    expect(fitTemperature(split)).toBeLessThan(4.4)
  })

  it('lowers the expected calibration error at least threefold and changes no answer', () => {
    const temperature = fitTemperature(split)
    const { calibrated, uncalibrated, predicted, labels } = outcomesOf(split, temperature)
    const error = (confidence: Float64Array): number => reliability(confidence, (i) => predicted[i] === labels[i]).ece
    expect(error(uncalibrated.confidence) / error(calibrated.confidence)).toBeGreaterThan(3)
    for (let i = 0; i < 1000; i++)
      expect(predicted[i]).toBe(argMax(softmax(split.logits.subarray(i * 5, (i + 1) * 5), temperature)))
    expect(negativeLogLikelihood(split, temperature)).toBeLessThan(negativeLogLikelihood(split))
    expect(accuracy({ ...split, logits: split.logits.map((value) => value / temperature) })).toBe(accuracy(split))
  })

  it('is what minimises the validation loss, without a word, where it can be', () => {
    expect(calibrate(split)).toEqual({ temperature: fitTemperature(split) })
  })

  it('leaves logits as they are where every validation image is right, and says why and what helps', () => {
    const { logits, classes } = split
    const labels = Int32Array.from(split.labels, (_, i) => argMax(logits.subarray(i * classes, (i + 1) * classes)))
    expect(fitTemperature({ ...split, labels })).toBeLessThan(0.051)
    const { temperature, note } = calibrate({ ...split, labels })
    expect(temperature).toBe(1)
    expect(note).toContain('all 4000 validation images are answered rightly')
    expect(note).toContain('More validation images, some of which it mistakes, would calibrate it.')
  })

  it('says where it ends at a bound', () => {
    const at = (logits: number[], labels: number[]) =>
      calibrate({ logits: Float32Array.from(logits), labels: Int32Array.from(labels), classes: 2 })
    const unsure = Array.from({ length: 100 }, () => [0.01, -0.01]).flat()
    const oneWrong = Array.from({ length: 100 }, (_, i) => (i === 0 ? 1 : 0))
    expect(at(unsure, oneWrong)).toMatchObject({ temperature: expect.closeTo(0.05, 3) as number })
    expect(at(unsure, oneWrong).note).toContain('at its lower end, 0.05')
    expect(at([50, -50, 50, -50], [1, 1])).toMatchObject({ temperature: expect.closeTo(20, 1) as number })
    expect(at([50, -50, 50, -50], [1, 1]).note).toContain('hardly better than chance')
  })

  it('is finite for logits of ±80', () => {
    const extreme = { logits: Float32Array.of(80, -80, -80, 80), labels: Int32Array.of(1, 1), classes: 2 }
    expect(negativeLogLikelihood(extreme)).toBeCloseTo(80, 6)
  })
})

describe('safetensors', () => {
  const file = writeSafetensors({
    metadata: { note: 'ü' },
    tensors: new Map([['a/b', floatTensor([2, 2], Float32Array.of(1, 2, 3, 4))]]),
  })

  it('reads what it wrote', () => {
    const { metadata, tensors } = readSafetensors(file, 'test')
    expect(metadata).toEqual({ note: 'ü' })
    const tensor = tensors.get('a/b')
    expect(tensor?.shape).toEqual([2, 2])
    expect(tensor && [...floats(tensor)]).toEqual([1, 2, 3, 4])
  })

  it.each([3, 20, file.length - 4])('refuses a file cut to %i bytes', (length) => {
    expect(() => readSafetensors(file.subarray(0, length), 'test')).toThrow(
      expect.objectContaining({ code: 'checkpoint_invalid' }) as Error,
    )
  })
})
