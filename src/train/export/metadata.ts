import { CENTER_CROP } from '../../zoo/augment/resize.ts'
import type { CheckpointInfo } from '../checkpoint/info.ts'
import { EXPORT_FORMAT, type ExportMetadata, type ExportPrecision } from '../weights/export-metadata.ts'

const PLAIN = 'softmax(logits / temperature); the predicted class is the one of the largest logit'
const WITH_BIAS =
  'softmax(logits / temperature + classBias); the predicted class is the one of the largest logit, which is not always the most probable one'

/** In words, what the numbers of `input` say. */
function preparationOf(size: number, workingSize: number | undefined): string {
  const shrunk =
    workingSize === undefined ? '' : `shrink it until its shorter side is at most ${workingSize} pixels (antialiased); `
  return `RGB, or grey for 1 channel, upright by its Exif, on the background where it is transparent; ${shrunk}leave it if it is ${size}×${size} by now; else resize its shorter side (bilinear, antialiased) to ${size} pixels if that is at most ${size}, and to ${Math.round(size / CENTER_CROP)} if not, and keep the centre ${size}×${size}; then (pixel / 255 - mean) / std per channel`
}

/** What a client needs to use an exported model. */
export function exportMetadata(
  {
    classes,
    image,
    convention = { padding: 'torch' },
    temperature,
    classBias,
    openSet,
    step,
    spec,
    specHash,
  }: CheckpointInfo,
  precision: ExportPrecision,
): ExportMetadata {
  return {
    format: EXPORT_FORMAT,
    formatVersion: 1,
    model: spec.model.name,
    labels: classes,
    input: {
      ...image,
      background: image.background ?? 'black',
      crop: CENTER_CROP,
      preparation: preparationOf(image.size, image.workingSize),
    },
    ...(openSet === undefined ? {} : { threshold: openSet.threshold }),
    convention,
    temperature,
    ...(classBias === undefined ? {} : { classBias }),
    probabilities: classBias === undefined ? PLAIN : WITH_BIAS,
    weights: { precision, step, specHash },
  }
}
