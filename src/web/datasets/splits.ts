import type { components } from '../../../clients/typescript/src/schema.ts'
import { allOf } from '../shared/all-of.ts'

export type Split = NonNullable<components['schemas']['DatasetItem']['split']>
export const SPLITS = allOf<Split>({ train: true, val: true, test: true })

export const SPLIT_NAMES: Record<Split, string> = { train: 'Training', val: 'Validation', test: 'Test' }
