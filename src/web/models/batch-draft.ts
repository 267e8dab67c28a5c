import type { components } from '../../../clients/typescript/src/schema.ts'
import type { PredictionsSearch } from './search.ts'

type NewBatch = components['schemas']['NewPredictionBatch']

export const IMAGES_OF = [
  { value: 'dataset', label: 'images of a data set' },
  { value: 'files', label: 'images on this computer' },
] as const

/** A batch of predictions as it is filled in. */
export interface BatchDraft {
  by: string
  of: (typeof IMAGES_OF)[number]['value']
  dataset: string
  /** Of the data set; the newest where it is empty. */
  version: string
  split: string
  format: string
  top: string
  tta: boolean
}

export const draftOf = ({ model, checkpoint, dataset }: PredictionsSearch): BatchDraft => ({
  by: model ?? checkpoint ?? '',
  of: 'dataset',
  dataset: dataset ?? '',
  version: '',
  split: '',
  format: 'csv',
  top: '5',
  tta: false,
})

/** @param upload what was uploaded, where the images are of no data set */
export function bodyOf(draft: BatchDraft, upload: string | undefined): NewBatch {
  const { by, format, top, tta } = draft
  return {
    ...(by.startsWith('ckpt_') ? { checkpoint: by.trim() } : { model: by.trim() }),
    ...(upload === undefined ? datasetOf(draft) : { upload }),
    format: format === 'csv' ? 'csv' : 'jsonl',
    top: Number(top),
    tta,
  }
}

const datasetOf = ({ dataset, version, split }: BatchDraft): Pick<NewBatch, 'dataset' | 'split'> => ({
  dataset: version === '' ? dataset : `${dataset}@${version}`,
  ...(split === 'train' || split === 'val' || split === 'test' ? { split } : {}),
})
