export interface PredictOptions {
  /** Classes an image, the most probable first. */
  top: number
  logits: boolean
  /** Images are of the model's input size already. */
  asIs: boolean
  /** τ of −τ·log π, added to the logits of a model that was not adjusted; 0 or absent: none. */
  adjustLogits?: number
  /** Averages over the views that the checkpoint was evaluated with. */
  testTime?: 'own'
}

export interface Prediction {
  /** The predicted class, that of the largest logit; or “none of these”, of a model that may answer so. */
  answer?: string
  rejected?: boolean
  top: { label: string; probability: number }[]
  logits?: number[]
}
