import type { ModelRuntime } from '../service/ports/models.ts'
import { PredictorClient, type PredictorOptions } from './predictor-client.ts'

/** Models in a predictor process. */
export function createModelRuntime(options: PredictorOptions): ModelRuntime {
  const predictor = new PredictorClient(options)
  return {
    predict: (model, images, wanted) => predictor.call('predict', { model, images: [...images], ...wanted }),
    async gradCam(model, image, label) {
      const params = { model, image, ...(label === undefined ? {} : { label }) }
      const { png, ...cam } = await predictor.call('gradCam', params)
      return { ...cam, png: Buffer.from(png, 'base64') }
    },
    exportModel: (model, wanted) => predictor.call('export', { model, ...wanted }),
    precisionCost: async (model, wanted) => (await predictor.call('precisionCost', { model, ...wanted })) ?? undefined,
    listen: (listener) => predictor.listen(listener),
    stop: () => predictor.stop(),
  }
}
