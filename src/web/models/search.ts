import { oneOf, textIn, wholeIn, type Search } from '../shared/search.ts'

export const MODEL_TABS = ['versions', 'try', 'card', 'exports', 'aliases'] as const
export type ModelTab = (typeof MODEL_TABS)[number]

export interface ModelSearch {
  tab?: ModelTab | undefined
  /** The version that is looked at; the one that answers for the bare name by default. */
  version?: number | undefined
}

export const modelSearch = (search: Search): ModelSearch => ({
  tab: oneOf(search, 'tab', MODEL_TABS),
  version: wholeIn(search, 'version'),
})

/** What a new batch begins with. */
export interface PredictionsSearch {
  model?: string | undefined
  checkpoint?: string | undefined
  dataset?: string | undefined
}

export const predictionsSearch = (search: Search): PredictionsSearch => ({
  model: textIn(search, 'model'),
  checkpoint: textIn(search, 'checkpoint'),
  dataset: textIn(search, 'dataset'),
})
