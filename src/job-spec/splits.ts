/** The parts of a data set, in the order in which they are packed. */
export const SPLITS = ['train', 'val', 'test'] as const
export type Split = (typeof SPLITS)[number]
