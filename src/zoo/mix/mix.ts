import Type from 'typebox'
import type { MixComponent, MixDraw, Rng } from '../define.ts'
import { beta } from '../distributions.ts'

const alpha = (value: number): ReturnType<typeof Type.Number> =>
  Type.Number({
    default: value,
    exclusiveMinimum: 0,
    maximum: 100,
    description:
      'λ ~ Beta(α, α), one per batch: with large α images are mixed half and half, with small α mostly one is kept.',
  })

export const none: MixComponent = {
  name: 'none',
  summary: 'No mixing.',
  options: Type.Object({}),
}

const mixupOptions = Type.Object({ alpha: alpha(0.2) })

/**
 * Every image of a batch mixed with another: λ·x + (1−λ)·x′, and the targets so too.
 * Source: Zhang et al. 2018, §2, https://arxiv.org/abs/1710.09412.
 */
export const mixup: MixComponent<typeof mixupOptions.properties> = {
  name: 'mixup',
  summary: 'MixUp: convex combinations of pairs of images and of their targets.',
  options: mixupOptions,
  create:
    ({ alpha: a }) =>
    (rng) => ({ lambda: beta(rng, a, a) }),
}

const cutmixOptions = Type.Object({ alpha: alpha(1) })

/**
 * A rectangle of another image pasted in: side ⌊W·√(1−λ)⌋, centre anywhere, clipped; the targets by the area that is left.
 * Source: Yun et al. 2019, §3.1, https://arxiv.org/abs/1905.04899.
 */
export const cutmix: MixComponent<typeof cutmixOptions.properties> = {
  name: 'cutmix',
  summary: 'CutMix: pastes a rectangle of another image; targets are weighted by area.',
  options: cutmixOptions,
  create:
    ({ alpha: a }) =>
    (rng, image) =>
      cut(rng, beta(rng, a, a), image),
}

const bothOptions = Type.Object({
  mixupAlpha: alpha(0.8),
  cutmixAlpha: alpha(1),
  cutmixShare: Type.Number({
    default: 0.5,
    minimum: 0,
    maximum: 1,
    description: 'Probability of CutMix per batch.',
  }),
})

/** MixUp or CutMix, drawn for each batch, as in timm. */
export const mixupCutmix: MixComponent<typeof bothOptions.properties> = {
  name: 'mixup-cutmix',
  summary: 'MixUp or CutMix, drawn for each batch.',
  options: bothOptions,
  create:
    ({ mixupAlpha, cutmixAlpha, cutmixShare }) =>
    (rng, image) =>
      rng.uniform() < cutmixShare
        ? cut(rng, beta(rng, cutmixAlpha, cutmixAlpha), image)
        : { lambda: beta(rng, mixupAlpha, mixupAlpha) },
}

function cut(rng: Rng, lambda: number, { width, height }: { width: number; height: number }): MixDraw {
  const side = Math.sqrt(1 - lambda)
  const [halfWidth, halfHeight] = [Math.floor(width * side) >> 1, Math.floor(height * side) >> 1]
  const [x, y] = [rng.integer(width), rng.integer(height)]
  const [left, right] = [Math.max(0, x - halfWidth), Math.min(width, x + halfWidth)]
  const [top, bottom] = [Math.max(0, y - halfHeight), Math.min(height, y + halfHeight)]
  const box = { x: left, y: top, width: right - left, height: bottom - top }
  return { lambda: 1 - (box.width * box.height) / (width * height), box }
}
