import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const FOLDER = fileURLToPath(new URL('../../recipes/', import.meta.url))

/** The named recipes, specs in files of `recipes/`, by name. */
export const recipes: ReadonlyMap<string, Readonly<Record<string, unknown>>> = new Map(
  readdirSync(FOLDER)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => [
      basename(file, '.json'),
      JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as Record<string, unknown>,
    ]),
)

/** What each recipe is for, in one sentence. */
export const RECIPE_SUMMARIES: Readonly<Record<string, string>> = {
  'bag-of-tricks': 'ResNet-50 from scratch with label smoothing, mixup and cosine decay, for 120 epochs.',
  baseline: 'Plain SGD with cross-entropy, to compare other settings with.',
  budget: 'The best result in ten minutes: the schedule follows the clock.',
  'fine-tune': 'ResNet-50 from ImageNet weights: first the head, then the whole net.',
  'long-tail': 'Logit-adjusted loss and weight averaging, for classes of very different sizes.',
  mobile: 'MobileNetV2 with weight averaging, for phones and browsers.',
  'open-long-tail': 'Long-tailed classes, and “none of these” for images of unknown classes.',
  robust: 'AugMix with a consistency loss, for images with noise, blur and weather.',
}
