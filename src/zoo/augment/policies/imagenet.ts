import type { SubPolicies } from './sub-policies.ts'

/** The sub-policies that AutoAugment found on ImageNet: Cubuk et al. 2019, Table 9, https://arxiv.org/abs/1805.09501. */
export const IMAGENET = [
  [
    ['Posterize', 0.4, 8],
    ['Rotate', 0.6, 9],
  ],
  [
    ['Solarize', 0.6, 5],
    ['AutoContrast', 0.6],
  ],
  [
    ['Equalize', 0.8],
    ['Equalize', 0.6],
  ],
  [
    ['Posterize', 0.6, 7],
    ['Posterize', 0.6, 6],
  ],
  [
    ['Equalize', 0.4],
    ['Solarize', 0.2, 4],
  ],
  [
    ['Equalize', 0.4],
    ['Rotate', 0.8, 8],
  ],
  [
    ['Solarize', 0.6, 3],
    ['Equalize', 0.6],
  ],
  [
    ['Posterize', 0.8, 5],
    ['Equalize', 1.0],
  ],
  [
    ['Rotate', 0.2, 3],
    ['Solarize', 0.6, 8],
  ],
  [
    ['Equalize', 0.6],
    ['Posterize', 0.4, 6],
  ],
  [
    ['Rotate', 0.8, 8],
    ['Color', 0.4, 0],
  ],
  [
    ['Rotate', 0.4, 9],
    ['Equalize', 0.6],
  ],
  [
    ['Equalize', 0.0],
    ['Equalize', 0.8],
  ],
  [
    ['Invert', 0.6],
    ['Equalize', 1.0],
  ],
  [
    ['Color', 0.6, 4],
    ['Contrast', 1.0, 8],
  ],
  [
    ['Rotate', 0.8, 8],
    ['Color', 1.0, 2],
  ],
  [
    ['Color', 0.8, 8],
    ['Solarize', 0.8, 7],
  ],
  [
    ['Sharpness', 0.4, 7],
    ['Invert', 0.6],
  ],
  [
    ['ShearX', 0.6, 5],
    ['Equalize', 1.0],
  ],
  [
    ['Color', 0.4, 0],
    ['Equalize', 0.6],
  ],
  [
    ['Equalize', 0.4],
    ['Solarize', 0.2, 4],
  ],
  [
    ['Solarize', 0.6, 5],
    ['AutoContrast', 0.6],
  ],
  [
    ['Invert', 0.6],
    ['Equalize', 1.0],
  ],
  [
    ['Color', 0.6, 4],
    ['Contrast', 1.0, 8],
  ],
  [
    ['Equalize', 0.8],
    ['Equalize', 0.6],
  ],
] as const satisfies SubPolicies
