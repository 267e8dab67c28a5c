import type * as tfc from '@tensorflow/tfjs-core'
import type { FusedOps, UpdateArgs } from './engine.ts'
import type { Tf } from './tfjs.js'

type Updates = Pick<
  FusedOps,
  'sgdStep' | 'adamStep' | 'rmspropStep' | 'lambStep' | 'accumulate' | 'clipCoefficient' | 'averageStep'
>

/** What a step looks at of one variable: its gradient, scaled, its decay and its learning rate. */
interface Part {
  i: number
  w: tfc.Variable
  g: tfc.Tensor
  decay: number
  rate: tfc.Tensor
}

/** The updates of all variables as composites of plain tfjs ops, one variable after the other. */
export function compositeUpdates(tf: Tf): Updates {
  const each = (args: UpdateArgs, update: (part: Part) => void): void => {
    const { variables, gradients, learningRate, weightDecay, rateScale, gradientScale } = args
    variables.forEach((w, i) => {
      tf.tidy(() => {
        const g = gradientScale === undefined ? gradients[i]! : tf.mul(gradients[i]!, gradientScale)
        update({ i, w, g, decay: weightDecay[i] ?? 0, rate: tf.mul(learningRate, rateScale?.[i] ?? 1) })
      })
    })
  }
  const mix = (average: tfc.Variable, value: tfc.Tensor, keep: tfc.Tensor | number): void => {
    average.assign(tf.add(tf.mul(average, keep), tf.mul(value, tf.sub(1, keep))))
  }
  /** m̂/(√v̂ + ε), after both moments took the gradient in. */
  const adamDirection = (
    { i, g }: Pick<Part, 'i' | 'g'>,
    { firstMoments, secondMoments, step, beta1, beta2, epsilon }: Omit<Parameters<Updates['lambStep']>[0], 'adapts'>,
  ): tfc.Tensor => {
    const [m, v] = [firstMoments[i]!, secondMoments[i]!]
    mix(m, g, beta1)
    mix(v, tf.square(g), beta2)
    const mHat = tf.div(m, tf.sub(1, tf.pow(beta1, step)))
    const vHat = tf.div(v, tf.sub(1, tf.pow(beta2, step)))
    return tf.div(mHat, tf.add(tf.sqrt(vHat), epsilon))
  }
  const move = (w: tfc.Variable, from: tfc.Tensor, by: tfc.Tensor): void => {
    w.assign(tf.sub(from, by))
  }

  return {
    sgdStep(args) {
      const { buffers, momentum, nesterov, dampening } = args
      each(args, ({ i, w, g, decay, rate }) => {
        const buffer = buffers[i]!
        const whole = tf.add(g, tf.mul(w, decay))
        const share =
          dampening === undefined
            ? 1
            : tf.sub(1, tf.mul(tf.cast(tf.greater(dampening.step, 1), 'float32'), dampening.share))
        buffer.assign(tf.add(tf.mul(buffer, momentum), tf.mul(whole, share)))
        move(w, w, tf.mul(rate, nesterov ? tf.add(whole, tf.mul(momentum, buffer)) : buffer))
      })
    },
    adamStep(args) {
      each(args, ({ i, w, g, decay, rate }) => {
        const from = args.decoupled ? tf.sub(w, tf.mul(w, tf.mul(rate, decay))) : w
        const whole = args.decoupled ? g : tf.add(g, tf.mul(w, decay))
        move(w, from, tf.mul(rate, adamDirection({ i, g: whole }, args)))
      })
    },
    rmspropStep(args) {
      const { squares, buffers, means, momentum, alpha, epsilon } = args
      each(args, ({ i, w, g, decay, rate }) => {
        const whole = tf.add(g, tf.mul(w, decay))
        mix(squares[i]!, tf.square(whole), alpha)
        let spread: tfc.Tensor = squares[i]!
        if (means !== undefined) {
          mix(means[i]!, whole, alpha)
          spread = tf.maximum(tf.sub(spread, tf.square(means[i]!)), 0)
        }
        const buffer = buffers[i]!
        buffer.assign(tf.add(tf.mul(buffer, momentum), tf.div(whole, tf.add(tf.sqrt(spread), epsilon))))
        move(w, w, tf.mul(rate, buffer))
      })
    },
    lambStep(args) {
      each(args, ({ i, w, g, decay, rate }) => {
        const r = tf.add(adamDirection({ i, g }, args), tf.mul(w, decay))
        const [weight, direction] = [tf.norm(w), tf.norm(r)]
        const trusted = tf.logicalAnd(tf.greater(weight, 0), tf.greater(direction, 0))
        const ratio = args.adapts[i] === true ? tf.where(trusted, tf.div(weight, direction), tf.onesLike(weight)) : 1
        move(w, w, tf.mul(tf.mul(rate, ratio), r))
      })
    },
    accumulate({ sums, gradients, share, keep }) {
      sums.forEach((sum, i) => {
        tf.tidy(() => {
          const added = tf.mul(gradients[i]!, share)
          sum.assign(tf.where(tf.greater(keep, 0), tf.add(sum, added), added))
        })
      })
    },
    clipCoefficient: (gradients, maxNorm) =>
      tf.tidy(() => {
        const norm = tf.sqrt(tf.addN(gradients.map((gradient) => tf.sum(tf.square(gradient)))))
        return tf.minimum<tfc.Scalar>(1, tf.div(maxNorm, tf.add(norm, 1e-6)))
      }),
    averageStep: (averages, values, weight) => {
      averages.forEach((average, i) => {
        tf.tidy(() => {
          average.assign(tf.add(average, tf.mul(tf.sub(values[i] as tfc.Tensor, average), weight)))
        })
      })
    },
  }
}
