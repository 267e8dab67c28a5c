import { written } from '../shared/spec-fields.ts'

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A spec whose parts fold; short ones are open. */
export function SpecTree({ spec }: { spec: unknown }) {
  return <div className="job-spec">{isRecord(spec) ? <Fields record={spec} /> : written(spec)}</div>
}

function Fields({ record }: { record: Record<string, unknown> }) {
  return (
    <ul className="plain">
      {Object.entries(record).map(([name, value]) => (
        <li key={name}>
          <Field name={name} value={value} />
        </li>
      ))}
    </ul>
  )
}

function Field({ name, value }: { name: string; value: unknown }) {
  const inner = isRecord(value) ? value : isListOfRecords(value) ? { ...value } : undefined
  if (inner === undefined || Object.keys(inner).length === 0)
    return (
      <>
        <span className="faint">{name}:</span> <code className="break">{JSON.stringify(value)}</code>
      </>
    )
  return (
    <details open={!isListOfRecords(value)}>
      <summary>
        {name} <span className="faint">{titleOf(value)}</span>
      </summary>
      <Fields record={inner} />
    </details>
  )
}

const isListOfRecords = (value: unknown): value is Record<string, unknown>[] =>
  Array.isArray(value) && value.some(isRecord)

/** What a folded part is. */
function titleOf(value: unknown): string {
  if (Array.isArray(value)) return `${value.length} items`
  return isRecord(value) && typeof value['name'] === 'string' ? value['name'] : ''
}
