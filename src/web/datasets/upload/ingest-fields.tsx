import { SelectField, TextField } from '../../ui/field.tsx'
import type { IngestChoices } from './uploads.ts'

const LEAKAGE = [
  { value: 'remove', label: 'Remove it from the earlier split' },
  { value: 'refuse', label: 'Refuse the data set' },
]
const NEAR = [
  { value: 'report', label: 'Report them' },
  { value: 'remove', label: 'Remove them from the earlier split' },
  { value: 'refuse', label: 'Refuse the data set' },
]

type Settings = Omit<IngestChoices, 'name'>
export const DEFAULTS: Settings = { leakage: 'remove', nearDuplicates: 'report', groupBy: '' }

/** How a data set is read. */
export function IngestFields({ value, onChange }: { value: Settings; onChange: (value: Settings) => void }) {
  return (
    <div className="columns">
      <SelectField
        label="An image that is in two splits"
        description="Of equal images in the training and test splits, say, a model would know the answer."
        options={LEAKAGE}
        value={value.leakage}
        onChange={(leakage) => onChange({ ...value, leakage: leakage === 'refuse' ? 'refuse' : 'remove' })}
      />
      <SelectField
        label="Nearly equal images in two splits"
        description="Such as the same picture compressed again."
        options={NEAR}
        value={value.nearDuplicates}
        onChange={(near) =>
          onChange({ ...value, nearDuplicates: near === 'remove' || near === 'refuse' ? near : 'report' })
        }
      />
      <TextField
        label="Group by (optional)"
        description={
          <>
            Images of one group stay in one split: <code>folder</code> for the folders below those of the classes, or a
            column of the table of labels.
          </>
        }
        value={value.groupBy}
        onChange={(groupBy) => onChange({ ...value, groupBy })}
      />
    </div>
  )
}
