/** Every value of a union, in the order in which they are written: one that is missing does not compile. */
export const allOf = <T extends string>(values: Record<T, true>): readonly T[] => Object.keys(values) as T[]
