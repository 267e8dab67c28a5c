import Type, { type TSchema } from 'typebox'

/** A value of a schema, or null. */
export const Nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()])
