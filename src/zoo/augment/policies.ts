import { CIFAR10 } from './policies/cifar10.ts'
import { IMAGENET } from './policies/imagenet.ts'
import { SVHN } from './policies/svhn.ts'

/**
 * The sub-policies that AutoAugment found, by data set.
 * Source: Cubuk et al. 2019, Tables 7 to 9, https://arxiv.org/abs/1805.09501; torchvision's `autoaugment.py`.
 */
export const POLICIES = { imagenet: IMAGENET, cifar10: CIFAR10, svhn: SVHN } as const
