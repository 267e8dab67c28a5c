// One process of a group, over the compiled product: does what its mode says, and prints what came out as JSON.
import { joinGroup } from '../../dist/engine/distributed/join.js'
import { loadEngine } from '../../dist/engine/load.js'

const { mode, ...group } = JSON.parse(process.argv[2])
const engine = await loadEngine({ engine: 'torch', threads: 1 })
const { tf } = engine
const collective = await joinGroup(engine, group)
const values = (tensor) => [...tensor.dataSync()]

/** A captured step whose gradients are a large tensor, a small one and a constant; replayed with other inputs. */
function sums() {
  const [large, small] = [tf.variable(tf.ones([400, 400])), tf.variable(tf.ones([3]))]
  const factor = tf.variable(tf.scalar(group.rank + 1), false)
  const captured = engine.capture(() => {
    const gradients = [tf.mul(large, factor), tf.mul(small, factor), tf.tensor1d([1, 2])]
    const seen = tf.sum(tf.add(gradients[0], 1))
    collective.sumGradients(gradients)
    return [tf.sum(gradients[0]), tf.add(gradients[1], 0), tf.add(gradients[2], 0), seen]
  })
  const results = [captured.outputs.map(values)]
  for (const factors of [
    [10, 100],
    [3, 4],
  ]) {
    engine.write(factor, Float32Array.of(factors[group.rank]))
    captured.run()
    results.push(captured.outputs.map(values))
  }
  const numbers = Float64Array.of(group.rank, 1)
  collective.sum(numbers)
  const broadcast = Float32Array.of(group.rank + 5)
  collective.broadcast(broadcast)
  return { results, numbers: [...numbers], broadcast: [...broadcast] }
}

/** Descends together with the others, each on a parabola of its own per weight; the weights that come out. */
function descent() {
  const shapes = [[301, 7], [5], [1, 3], [301, 301]]
  const random = (shape, seed) => tf.randomNormal(shape, 0, 1, 'float32', seed)
  const minima = shapes.map((shape, i) => random(shape, 10 * group.rank + i + 1))
  let weights = shapes.map((shape) => tf.zeros(shape))
  for (let step = 0; step < 20; step++) {
    const gradients = weights.map((weight, i) => tf.sub(weight, minima[i]))
    collective.sumGradients(gradients)
    weights = weights.map((weight, i) => tf.sub(weight, tf.mul(gradients[i], 0.1)))
  }
  return weights.map(values)
}

/** The gradient of a filter as a net in bfloat16 makes it: some of its elements, of this process alone and of all. */
function bfloat16() {
  engine.setPrecision('bfloat16')
  const images = tf.randomNormal([4, 2, 2, 256], 0, 1, 'float32', group.rank + 1)
  const weights = tf.randomNormal([4, 2, 2, 256], 0, 1, 'float32', 3)
  const ofFilter = tf.grad((filter) => tf.sum(tf.mul(tf.conv2d(images, filter, 1, 'same'), weights)))
  const filter = tf.randomNormal([3, 3, 256, 256], 0, 1, 'float32', 2)
  const some = (tensor) => values(tensor).filter((_, i) => i % 997 === 0)
  const own = some(ofFilter(filter))
  const gradient = ofFilter(filter)
  collective.sumGradients([gradient])
  return { own, sum: some(gradient) }
}

/** A batch norm over this process' rows of a batch, and its gradients. */
function norm() {
  const rows = 8 / group.worldSize
  const batch = tf.randomNormal([8, 5, 5, 16], 1, 2, 'float32', 3)
  const own = (tensor) => tf.slice(tensor, [rows * group.rank, 0, 0, 0], [rows, 5, 5, 16])
  const weights = own(tf.randomNormal([8, 5, 5, 16], 0, 1, 'float32', 4))
  const [movingMean, movingVariance] = [tf.variable(tf.zeros([16]), false), tf.variable(tf.ones([16]), false)]
  const args = {
    movingMean,
    movingVariance,
    momentum: 0.9,
    epsilon: 1e-5,
    activation: 'relu',
    acrossRanks: group.worldSize > 1,
  }
  const [gamma, beta] = [tf.linspace(0.5, 2, 16), tf.linspace(-1, 1, 16)]
  const forward = (x, g, b) => engine.ops.batchNormAct({ ...args, x, gamma: g, beta: b })
  const y = values(forward(own(batch), gamma, beta))
  const [dx, dgamma, dbeta] = tf.grads((x, g, b) => tf.sum(tf.mul(forward(x, g, b), weights)))([
    own(batch),
    gamma,
    beta,
  ])
  return {
    y,
    dx: values(dx),
    dgamma: values(dgamma),
    dbeta: values(dbeta),
    moving: [...values(movingMean), ...values(movingVariance)],
  }
}

/** Rank 1 ends, or stands still, while rank 0 waits for it. */
function lose(how) {
  collective.sum(Float64Array.of(1))
  if (group.rank === 1) process.kill(process.pid, how)
  try {
    collective.sum(Float64Array.of(1))
    return { code: 'none' }
  } catch (error) {
    return { code: error.code }
  }
}

const modes = { sums, descent, bfloat16, norm, dies: () => lose('SIGKILL'), stops: () => lose('SIGSTOP') }
process.stdout.write(JSON.stringify(modes[mode]()), () => process.exit(0))
