/** A small net and its usual settings, which the claims vary one at a time. */
export const SMALL_NET = {
  model: { name: 'resnet20', width: 8 },
  batchSize: 128,
  augment: [{ name: 'random-crop', padding: 2 }, 'horizontal-flip'],
  mix: 'none',
  sampling: 'natural',
  loss: { name: 'cross-entropy', labelSmoothing: 0 },
  optimizer: { name: 'sgd', momentum: 0.9, nesterov: true, weightDecay: 0.0005 },
  averaging: 'none',
  calibration: 'none',
}
