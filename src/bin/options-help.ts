import type { TProperties } from 'typebox'

/** What a JSON option holds: each key with the first sentence of its description and its default. */
export function optionsHelp(properties: TProperties): string {
  const lines = Object.entries(properties).map(([key, schema]) => {
    const { description = '', default: value } = schema as { description?: string; default?: unknown }
    return `${key}: ${description.replace(/\.$/, '')}, default ${JSON.stringify(value)}`
  })
  return `a JSON object with any of these. ${lines.join('; ')}`
}
