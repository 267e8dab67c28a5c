export const SPLITS = ['train', 'val', 'test'] as const
export type Split = (typeof SPLITS)[number]

export const SPLIT_NAMES: Record<Split, string> = { train: 'Training', val: 'Validation', test: 'Test' }
