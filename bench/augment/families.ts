import type { AugmentWorkload } from './workload.ts'

type Family = Omit<AugmentWorkload, 'size' | 'images' | 'count'>

const filtered = (filter: string): string => `T.Lambda(lambda image: image.filter(ImageFilter.${filter}))`
const always = (name: string, given: object = {}, peer?: string): Family => ({
  row: name,
  augment: [{ name, probability: 1, ...given }],
  ...(peer === undefined ? {} : { peer }),
})

/** Every family of augmentations with its defaults, always applied; with what Pillow or torchvision has of the same kind and strength. */
export const FAMILIES: readonly Family[] = [
  always('gaussian-blur', { sigma: [1, 1] }, filtered('GaussianBlur(1)')),
  always('average-blur', { radius: [1, 1] }, filtered('BoxBlur(1)')),
  always('median-blur', { radius: [1, 1] }, filtered('MedianFilter(3)')),
  always('motion-blur'),
  always('sharpen', { sigma: [1, 1] }, filtered('UnsharpMask(1, 100, 3)')),
  always('emboss', {}, filtered('EMBOSS')),
  always('gaussian-noise'),
  always('shot-noise'),
  always('salt-and-pepper'),
  always('impulse-noise'),
  always('dropout-pixels'),
  always('coarse-dropout'),
  always('contrast', {}, 'T.ColorJitter(contrast=0.4)'),
  always('gamma', {}, 'T.Lambda(lambda image: T.functional.adjust_gamma(image, 1.2))'),
  always('clahe'),
  always('hue-saturation', { saturation: [1, 1] }, 'T.ColorJitter(hue=0.05)'),
  always('color-jitter', {}, 'T.ColorJitter(0.4, 0.4, 0.4, 0.1)'),
  always('grayscale', {}, 'T.RandomGrayscale(1)'),
  always('crop-pad'),
  always('affine', {}, 'T.RandomAffine(15, (0.1, 0.1), (0.9, 1.1), 8, interpolation=T.InterpolationMode.BILINEAR)'),
  always('perspective', {}, 'T.RandomPerspective(0.5, 1)'),
  always('elastic', {}, 'T.ElasticTransform(50.0, 5.0)'),
  always('jpeg', { quality: [75, 75] }, 'T.Lambda(lambda image: compressed(image, 75))'),
  always('fog'),
  always('snow'),
  always('rain'),
]
