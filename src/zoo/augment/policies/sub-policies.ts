import type { OperationName } from '../operations.ts'

/** Operation, probability and bin of 10; AutoContrast, Equalize and Invert take none. */
type Step = readonly [operation: OperationName, probability: number, magnitude?: number]

export type SubPolicies = readonly (readonly [Step, Step])[]
