import { isDeepStrictEqual } from 'node:util'
import type { ImageVariant } from '../../data/batch.ts'
import type { Split } from '../../job-spec/splits.ts'
import { AppError } from '../../errors.ts'
import type { ComponentSpec } from '../../job-spec/components.ts'
import type { Averaged } from '../../zoo/test-time/define.ts'
import { testTimes } from '../../zoo/test-time/registry.ts'
import type { CheckpointInfo, Calibration } from '../checkpoint/info.ts'
import type { ForwardPass, WantedVariants } from './forward-pass.ts'
import { calibrationIn, softmax } from './metrics.ts'
import { lookUp } from '../../zoo/look-up.ts'

/** A test-time augmentation that changes something. */
export interface TestTime {
  spec: ComponentSpec
  /** Of each image. */
  views: ImageVariant[]
  average: Averaged
}

/** What a component requests; undefined for none. */
export function testTimeOf(spec: ComponentSpec | undefined): TestTime | undefined {
  if (spec === undefined || spec.name === 'none') return undefined
  const { name, ...options } = spec
  const component = lookUp(testTimes, name)
  const views = Array.from({ length: component.views(options) }, (_, index) => ({ view: { of: spec, index } }))
  return { spec, views, average: options['average'] as Averaged }
}

/** What answers of a checkpoint are averaged over, and the calibration for it. */
export interface ChosenTestTime {
  testTime: TestTime | undefined
  calibration: Calibration
  /** Whether the calibration was fitted with just these views. */
  fitted: boolean
}

/**
 * The views that are wanted of a checkpoint: its own, others, or none.
 * @throws AppError `invalid_request` for a checkpoint that has none of its own, or that may answer “none of these”.
 */
export function chooseTestTime(
  info: Pick<CheckpointInfo, 'testTime' | 'temperature' | 'classBias' | 'openSet'>,
  wanted: ComponentSpec | 'own' | undefined,
): ChosenTestTime {
  const { testTime: own, openSet } = info
  const calibration = calibrationIn(info)
  const testTime = testTimeOf(wanted === 'own' ? own?.augmentation : wanted)
  if (testTime === undefined && wanted === 'own')
    throw new AppError(
      'invalid_request',
      `The checkpoint has no test-time augmentation of its own (evaluation.testTimeAugmentation in its spec); augmentations that can be named instead are ${testTimes.flatMap(({ name }) => (name === 'none' ? [] : [name])).join(', ')}.`,
    )
  if (testTime === undefined) return { testTime, calibration, fitted: true }
  if (openSet !== undefined)
    throw new AppError(
      'invalid_request',
      'The checkpoint may answer “none of these” by a threshold for single views; test-time augmentation cannot be used with it.',
    )
  const fitted = own !== undefined && isDeepStrictEqual(own.augmentation, testTime.spec)
  return { testTime, fitted, calibration: fitted ? calibrationIn(own) : calibration }
}

/**
 * The mean over views, float32 [images, classes] each: of the logits, or the logarithm of the probabilities' mean, whose softmax is that mean.
 */
export function averageOfViews(views: readonly Float32Array[], classes: number, average: Averaged): Float32Array {
  const [first = new Float32Array(0)] = views
  if (average === 'logits')
    return first.map((_, i) => views.reduce((sum, logits) => sum + (logits[i] ?? 0), 0) / views.length)
  const result = new Float32Array(first.length)
  for (let start = 0; start < first.length; start += classes) {
    const rows = views.map((logits) => softmax(logits.subarray(start, start + classes)))
    for (let k = 0; k < classes; k++) {
      const mean = rows.reduce((sum, row) => sum + (row[k] ?? 0), 0) / rows.length
      result[start + k] = Math.log(Math.max(mean, Number.MIN_VALUE))
    }
  }
  return result
}

/** Logits of images in each variant, averaged over views where there are any. */
export async function* averagedVariants(
  pass: ForwardPass,
  split: Split,
  { testTime, classes, ...wanted }: WantedVariants & { testTime: TestTime | undefined; classes: number },
): AsyncGenerator<Float32Array> {
  if (testTime === undefined) {
    yield* pass.variants(split, wanted)
    return
  }
  const { views, average } = testTime
  const variants = wanted.variants.flatMap((variant) => views.map((view) => ({ ...variant, ...view })))
  let seen: Float32Array[] = []
  for await (const logits of pass.variants(split, { ...wanted, variants })) {
    seen.push(logits)
    if (seen.length < views.length) continue
    yield averageOfViews(seen, classes, average)
    seen = []
  }
}
