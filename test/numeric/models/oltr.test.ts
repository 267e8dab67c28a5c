import { readFileSync } from 'node:fs'
import type * as tfc from '@tensorflow/tfjs-core'
import type { SymbolicTensor } from '@tensorflow/tfjs-layers'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Engine } from '../../../src/engine/engine.ts'
import type { ModelContext } from '../../../src/zoo/define.ts'
import { discCentroids } from '../../../src/zoo/losses/disc-centroids.ts'
import { cosineClassifier } from '../../../src/zoo/models/cosine-head.ts'
import { metaEmbedding } from '../../../src/zoo/models/meta-embedding.ts'
import { modulatedAttention } from '../../../src/zoo/models/modulated-attention.ts'
import { relativeError, torch } from '../../helpers/engine.ts'

interface Case {
  inputs: Record<string, number[]>
  output: number[]
  weights: number[]
  /** Of the sum of output times weights; null: none. */
  gradients: Record<string, number[] | null>
}
const oracle = JSON.parse(readFileSync(new URL('../../oracles/oltr.json', import.meta.url), 'utf8')) as {
  images: number
  side: number
  width: number
  classes: number
  labels: number[]
  attention: Case
  embedding: Case
  /** The same with the reach that `auto` is. */
  relative: Case
  cosine: Case
  centroids: (Case & { repulsion: number; margin: number })[]
}
const { images, side, width, classes } = oracle
/** Under it gradients count as zero: a bias of φ shifts all places alike. */
const SMALL = 0.1

let engine: Engine
beforeAll(async () => {
  engine = await torch()
  engine.setPrecision('float32')
})

/** A function of variables, by the oracle's names. */
interface Subject {
  variables: Map<string, tfc.Variable>
  run(): tfc.Tensor
  dispose(): void
}

const variable = (shape: number[]): tfc.Variable => engine.tf.tidy(() => engine.tf.variable(engine.tf.zeros(shape)))

/** A layer whose input is a variable too. */
function layerOf(
  given: Case,
  [first = '', shape]: [name: string, shape: number[]],
  build: (context: ModelContext, input: SymbolicTensor) => SymbolicTensor,
): Subject {
  const { tf } = engine
  const context = { tf, classes, nextSeed: () => 1, image: { height: side, width: side, channels: width } }
  const layer = build(context, tf.input({ shape: shape.slice(1) })).sourceLayer
  const x = variable(shape)
  const own = layer.weights.map(
    (weight) => [weight.originalName.split('/').at(-1)!, weight.read() as tfc.Variable] as const,
  )
  const variables = new Map([[first, x] as const, ...own.filter(([name]) => name in given.inputs)])
  expect([...variables.keys()].sort()).toEqual(Object.keys(given.inputs).sort())
  return {
    variables,
    run: () => layer.call(x, {}) as tfc.Tensor,
    dispose: () => {
      tf.dispose([x, ...own.map(([, weight]) => weight)])
    },
  }
}

function put(subject: Subject, given: Case): void {
  for (const [name, own] of subject.variables) engine.write(own, Float32Array.from(given.inputs[name]!))
}

const SUBJECTS: [string, Case, () => Subject][] = [
  [
    'modulated attention',
    oracle.attention,
    () =>
      layerOf(oracle.attention, ['x', [images, side, side, width]], (context, x) =>
        modulatedAttention(context, x, 'fc.attention'),
      ),
  ],
  ...([10, 'auto'] as const).map((reach): [string, Case, () => Subject] => {
    const given = reach === 'auto' ? oracle.relative : oracle.embedding
    return [
      `the meta-embedding of reach ${reach}`,
      given,
      () =>
        layerOf(given, ['v', [images, width]], (context, v) => metaEmbedding(context, v, { name: 'fc.memory', reach })),
    ]
  }),
  [
    'the classifier of cosines and lengths',
    oracle.cosine,
    () =>
      layerOf(oracle.cosine, ['x', [images, width]], (context, x) =>
        cosineClassifier(context, x, { name: 'fc', scale: 16, normAware: true }),
      ),
  ],
  ...oracle.centroids.map((given): [string, Case, () => Subject] => [
    `the loss of the centroids, repulsion ${given.repulsion} with margin ${given.margin},`,
    given,
    () => {
      const { tf } = engine
      const [features, centroids] = [variable([images, width]), variable([classes, width])]
      const targets = variable([images, classes])
      engine.write(
        targets,
        Float32Array.from({ length: images * classes }, (_, i) =>
          oracle.labels[Math.floor(i / classes)] === i % classes ? 1 : 0,
        ),
      )
      const matrix = (of: tfc.Variable): tfc.Tensor2D => of as tfc.Tensor as tfc.Tensor2D
      return {
        variables: new Map([
          ['features', features],
          ['centroids', centroids],
        ]),
        run: () =>
          discCentroids(tf, { features: matrix(features), centroids: matrix(centroids) }, matrix(targets), given),
        dispose: () => {
          tf.dispose([features, centroids, targets])
        },
      }
    },
  ]),
]

describe.each(SUBJECTS)('%s', (_, given, make) => {
  it('equals torch’s value and gradients, captured and native throughout', () => {
    const { tf } = engine
    const before = engine.memory()
    const subject = make()
    const trained = [...subject.variables].filter(([part]) => given.gradients[part] !== null)
    const list = trained.map(([, own]) => own)
    engine.resetFallbacks()
    let output: tfc.Tensor | undefined
    const step = engine.capture(() => {
      const { grads } = tf.variableGrads(() => {
        output = tf.keep(subject.run())
        return tf.sum(tf.mul(output, tf.reshape(tf.tensor1d(given.weights), output.shape)))
      }, list)
      return [output!, ...list.map((own) => grads[own.name]!)]
    })
    put(subject, given)
    step.run()
    const [value, ...gradients] = step.outputs.map((tensor) => Float32Array.from(tensor.dataSync()))
    expect(relativeError(value!, given.output)).toBeLessThan(1e-5)
    for (const [i, [part]] of trained.entries())
      expect(relativeError(gradients[i]!, given.gradients[part]!, SMALL), part).toBeLessThan(2e-5)
    expect(engine.fallbacks()).toEqual({})
    step.dispose()
    subject.dispose()
    expect(engine.memory().numTensors).toBe(before.numTensors)
    expect(engine.memory().nativeTensors).toBe(before.nativeTensors)
  })

  it('has the gradients of finite differences', () => {
    const { tf } = engine
    const subject = make()
    put(subject, given)
    const total = (): tfc.Scalar => {
      const output = subject.run()
      return tf.sum(tf.mul(output, tf.reshape(tf.tensor1d(given.weights), output.shape)))
    }
    const at = (): number => tf.tidy(() => total().dataSync()[0]!)
    for (const [part, own] of subject.variables) {
      // The centroids of a loss move as a running mean would, which is no derivative.
      if (part === 'centroids') continue
      const values = Float32Array.from(given.inputs[part]!)
      const gradient = tf.tidy(() => {
        const { value, grads } = tf.variableGrads(total, [own])
        value.dispose()
        return Float32Array.from(grads[own.name]!.dataSync())
      })
      const direction = values.map((_, i) => Math.sin(1 + 3 * i))
      const h = 2e-3
      const [ahead, behind] = [h, -h].map((step) => {
        engine.write(
          own,
          values.map((value, i) => value + step * direction[i]!),
        )
        return at()
      }) as [number, number]
      engine.write(own, values)
      const expected = gradient.reduce((sum, value, i) => sum + value * direction[i]!, 0)
      const size = Math.max(SMALL, Math.hypot(...gradient) * Math.hypot(...direction))
      expect(Math.abs((ahead - behind) / (2 * h) - expected) / size, part).toBeLessThan(5e-3)
    }
    subject.dispose()
  })
})
