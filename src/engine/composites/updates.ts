import type * as tfc from '@tensorflow/tfjs-core'
import type { AdamStepArgs, FusedOps, LambStepArgs, RmspropStepArgs, SgdStepArgs, UpdateArgs } from '../engine.ts'
import type { Tf } from '../tfjs.js'

type Updates = Pick<
  FusedOps,
  'sgdStep' | 'adamStep' | 'rmspropStep' | 'lambStep' | 'accumulate' | 'clipCoefficient' | 'averageStep'
>

/** What a step reads of one variable: its gradient, scaled, its decay and its learning rate. */
interface Part {
  i: number
  w: tfc.Variable
  g: tfc.Tensor
  decay: number
  rate: tfc.Tensor
}

/** The updates of all variables as composites of plain tfjs ops, one variable after the other. */
export const compositeUpdates = (tf: Tf): Updates => ({
  sgdStep: (args) => {
    sgdStep(tf, args)
  },
  adamStep: (args) => {
    adamStep(tf, args)
  },
  rmspropStep: (args) => {
    rmspropStep(tf, args)
  },
  lambStep: (args) => {
    lambStep(tf, args)
  },
  accumulate({ sums, gradients, scale, keep }) {
    sums.forEach((sum, i) => {
      tf.tidy(() => {
        const added = tf.mul(gradients[i]!, scale)
        sum.assign(tf.where(tf.greater(keep, 0), tf.add(sum, added), added))
      })
    })
  },
  clipCoefficient: (gradients, maxNorm) =>
    tf.tidy(() => {
      const norm = tf.sqrt(tf.addN(gradients.map((gradient) => tf.sum(tf.square(gradient)))))
      return tf.minimum<tfc.Scalar>(1, tf.div(maxNorm, tf.add(norm, 1e-6)))
    }),
  averageStep(averages, values, weight) {
    averages.forEach((average, i) => {
      tf.tidy(() => {
        average.assign(tf.add(average, tf.mul(tf.sub(values[i] as tfc.Tensor, average), weight)))
      })
    })
  },
})

function sgdStep(tf: Tf, args: SgdStepArgs): void {
  const { buffers, momentum, nesterov, dampening } = args
  forEachVariable(tf, args, ({ i, w, g, decay, rate }) => {
    const buffer = buffers[i]!
    const decayed = tf.add(g, tf.mul(w, decay))
    const scale =
      dampening === undefined
        ? 1
        : tf.sub(1, tf.mul(tf.cast(tf.greater(dampening.step, 1), 'float32'), dampening.fraction))
    buffer.assign(tf.add(tf.mul(buffer, momentum), tf.mul(decayed, scale)))
    w.assign(tf.sub(w, tf.mul(rate, nesterov ? tf.add(decayed, tf.mul(momentum, buffer)) : buffer)))
  })
}

function adamStep(tf: Tf, args: AdamStepArgs): void {
  forEachVariable(tf, args, ({ i, w, g, decay, rate }) => {
    const from = args.decoupled ? tf.sub(w, tf.mul(w, tf.mul(rate, decay))) : w
    const decayed = args.decoupled ? g : tf.add(g, tf.mul(w, decay))
    w.assign(tf.sub(from, tf.mul(rate, adamDirection(tf, { i, g: decayed }, args))))
  })
}

function rmspropStep(tf: Tf, args: RmspropStepArgs): void {
  const { squares, buffers, means, momentum, alpha, epsilon } = args
  forEachVariable(tf, args, ({ i, w, g, decay, rate }) => {
    const decayed = tf.add(g, tf.mul(w, decay))
    mix(tf, squares[i]!, tf.square(decayed), alpha)
    let variance: tfc.Tensor = squares[i]!
    if (means !== undefined) {
      mix(tf, means[i]!, decayed, alpha)
      variance = tf.maximum(tf.sub(variance, tf.square(means[i]!)), 0)
    }
    const buffer = buffers[i]!
    buffer.assign(tf.add(tf.mul(buffer, momentum), tf.div(decayed, tf.add(tf.sqrt(variance), epsilon))))
    w.assign(tf.sub(w, tf.mul(rate, buffer)))
  })
}

function lambStep(tf: Tf, args: LambStepArgs): void {
  forEachVariable(tf, args, ({ i, w, g, decay, rate }) => {
    const r = tf.add(adamDirection(tf, { i, g }, args), tf.mul(w, decay))
    const [weight, direction] = [tf.norm(w), tf.norm(r)]
    const trusted = tf.logicalAnd(tf.greater(weight, 0), tf.greater(direction, 0))
    const ratio = args.adapts[i] === true ? tf.where(trusted, tf.div(weight, direction), tf.onesLike(weight)) : 1
    w.assign(tf.sub(w, tf.mul(tf.mul(rate, ratio), r)))
  })
}

function forEachVariable(tf: Tf, args: UpdateArgs, update: (part: Part) => void): void {
  const { variables, gradients, learningRate, weightDecay, rateScale, gradientScale } = args
  variables.forEach((w, i) => {
    tf.tidy(() => {
      const g = gradientScale === undefined ? gradients[i]! : tf.mul(gradients[i]!, gradientScale)
      update({ i, w, g, decay: weightDecay[i] ?? 0, rate: tf.mul(learningRate, rateScale?.[i] ?? 1) })
    })
  })
}

/** m̂/(√v̂ + ε), after both moments were updated. */
function adamDirection(
  tf: Tf,
  { i, g }: Pick<Part, 'i' | 'g'>,
  { firstMoments, secondMoments, step, beta1, beta2, epsilon }: Omit<LambStepArgs, 'adapts'>,
): tfc.Tensor {
  const [m, v] = [firstMoments[i]!, secondMoments[i]!]
  mix(tf, m, g, beta1)
  mix(tf, v, tf.square(g), beta2)
  const mHat = tf.div(m, tf.sub(1, tf.pow(beta1, step)))
  const vHat = tf.div(v, tf.sub(1, tf.pow(beta2, step)))
  return tf.div(mHat, tf.add(tf.sqrt(vHat), epsilon))
}

/** average ← keep·average + (1 − keep)·value. */
function mix(tf: Tf, average: tfc.Variable, value: tfc.Tensor, keep: tfc.Tensor | number): void {
  average.assign(tf.add(tf.mul(average, keep), tf.mul(value, tf.sub(1, keep))))
}
