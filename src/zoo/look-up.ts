import { AppError } from '../errors.ts'

/** The component of that name. @throws AppError `invalid_spec` where there is none, which the check of a spec rules out */
export function lookUp<T extends { readonly name: string }>(registry: readonly T[], name: string): T {
  const component = registry.find((candidate) => candidate.name === name)
  if (component !== undefined) return component
  const names = registry.map((candidate) => candidate.name).join(', ')
  throw new AppError('invalid_spec', `There is no component ${JSON.stringify(name)}; one of ${names} is expected.`)
}
