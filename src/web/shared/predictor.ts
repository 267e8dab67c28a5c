import type { components } from '../../../clients/typescript/src/schema.ts'
import { api, data } from '../api.ts'

/** What predicts: a registered model as NAME, NAME:VERSION or NAME@ALIAS, or a checkpoint by its id. */
export type Predictor = { model: string } | { checkpoint: string }
export type Prediction = components['schemas']['PredictResponse']['data'][number]

interface PredictOptions {
  top: number
  tta: boolean
  signal: AbortSignal
}

const formOf = (image: File) => {
  const form = new FormData()
  form.append('images', image, image.name)
  return { body: { images: [] as string[] }, bodySerializer: () => form }
}

export async function predicted(by: Predictor, image: File, options: PredictOptions): Promise<Prediction> {
  const { signal, top, tta } = options
  const query = { top, ...(tta ? { tta } : {}) }
  const answer = await ('model' in by
    ? data(
        api.POST('/v1/models/{name}/predict', {
          params: { path: { name: by.model }, query },
          signal,
          ...formOf(image),
        }),
      )
    : data(
        api.POST('/v1/checkpoints/{id}/predict', {
          params: { path: { id: by.checkpoint }, query },
          signal,
          ...formOf(image),
        }),
      ))
  const [prediction] = answer.data
  if (prediction === undefined) throw new Error('The service has said nothing of the image.')
  return prediction
}

/** Where the image supports a class, as PNG. */
export async function explained(by: Predictor, image: File, label: string, signal: AbortSignal): Promise<Blob> {
  const body = { ...formOf(image), parseAs: 'blob', signal } as const
  const query = { class: label }
  const heat: unknown = await ('model' in by
    ? data(api.POST('/v1/models/{name}/gradcam', { params: { path: { name: by.model }, query }, ...body }))
    : data(api.POST('/v1/checkpoints/{id}/gradcam', { params: { path: { id: by.checkpoint }, query }, ...body })))
  if (heat instanceof Blob) return heat
  throw new Error('The service has sent no picture.')
}
