import { CENTER_CROP } from '../../zoo/augment/resize.ts'
import type { CheckpointInfo } from '../checkpoint/info.ts'
import { EXPORT_FORMAT, type ExportMetadata, type ExportPrecision } from '../weights/export-metadata.ts'

const PLAIN = 'softmax(logits / temperature); the predicted class is the one of the largest logit'
const WITH_BIAS =
  'softmax(logits / temperature + classBias); the predicted class is the one of the largest logit, which is not always the most probable one'

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
    input: { ...image, background: image.background ?? 'black', crop: CENTER_CROP },
    ...(openSet === undefined ? {} : { threshold: openSet.threshold }),
    convention,
    temperature,
    ...(classBias === undefined ? {} : { classBias }),
    probabilities: classBias === undefined ? PLAIN : WITH_BIAS,
    weights: { precision, step, specHash },
  }
}
