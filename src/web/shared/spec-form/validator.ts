import { Validator, type Schema } from '@cfworker/json-schema'
import {
  toErrorSchema,
  type FormContextType,
  type RJSFSchema,
  type RJSFValidationError,
  type ValidatorType,
} from '@rjsf/utils'

/** Validates without compiling schemas to code, which the page's policy does not allow. */
export const validator: ValidatorType<unknown, RJSFSchema, FormContextType> = {
  isValid: (schema, value) => mistakes(schema, value).length === 0,
  rawValidation: <Result = unknown>(schema: RJSFSchema, value?: unknown) => ({
    errors: mistakes(schema, value) as Result[],
  }),
  validateFormData(value, schema) {
    const errors = mistakes(schema, value)
    return { errors, errorSchema: toErrorSchema(errors) }
  },
}

const made = new WeakMap<RJSFSchema, Validator>()

function mistakes(schema: RJSFSchema, value: unknown): RJSFValidationError[] {
  const known = made.get(schema) ?? new Validator(schema as Schema, '7', false)
  made.set(schema, known)
  // Written and read again, since a key that is undefined is none in JSON.
  const { errors } = known.validate(JSON.parse(JSON.stringify(value ?? null)))
  return errors.map(({ instanceLocation, keyword, error }) => ({
    name: keyword,
    message: error,
    property: instanceLocation.slice(1).replaceAll('/', '.'),
    stack: `${instanceLocation} ${error}`,
  }))
}
