import type { TSchema } from 'typebox'

interface Schema {
  type?: string
  const?: unknown
  default?: unknown
  description?: string
  anyOf?: Schema[]
  items?: Schema | Schema[]
  minimum?: number
  maximum?: number
  exclusiveMinimum?: number
  exclusiveMaximum?: number
  minItems?: number
  maxItems?: number
}

/** A table in Markdown; cells hold no line breaks, and their pipes are escaped. */
export function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replace(/\s+/g, ' ').trim()).join(' | ')} |`
  return [line(heads), line(heads.map(() => '---')), ...rows.map(line)].join('\n')
}

export const code = (text: string): string => `\`${text}\``

/** What values a schema takes, in words. */
export function typeOf(schema: TSchema): string {
  const { anyOf, items, type, const: literal, ...bounds } = schema as Schema
  if (literal !== undefined) return code(JSON.stringify(literal))
  if (anyOf !== undefined) return [...new Set(anyOf.map((each) => typeOf(each as TSchema)))].join(', ')
  if (type === 'array') {
    const item = Array.isArray(items) ? items[0] : items
    const of = item === undefined ? '' : ` of ${plural(typeOf(item))}`
    return `list${of}`
  }
  if (type !== 'integer' && type !== 'number') return type ?? 'any'
  return [type, range(bounds)].filter((part) => part !== '').join(', ')
}

const plural = (type: string): string => type.replace(/^(string|number|integer|object)/, '$1s')

function range({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: Schema): string {
  const low =
    minimum !== undefined ? `from ${minimum}` : exclusiveMinimum !== undefined ? `above ${exclusiveMinimum}` : ''
  const high =
    maximum !== undefined ? `to ${maximum}` : exclusiveMaximum !== undefined ? `below ${exclusiveMaximum}` : ''
  return `${low} ${high}`.trim()
}

/** The options of a component or object, one a row. */
export function optionTable(properties: Readonly<Record<string, TSchema>>): string {
  return table(
    ['option', 'values', 'default', 'meaning'],
    Object.entries(properties).map(([name, schema]) => {
      const { default: value, description = '' } = schema as Schema
      return [code(name), typeOf(schema), value === undefined ? '' : code(JSON.stringify(value)), description]
    }),
  )
}
