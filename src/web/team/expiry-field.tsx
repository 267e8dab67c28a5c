import { SelectField } from '../ui/field.tsx'

const DAY_MS = 86_400_000
const LIFETIMES = [
  { value: '', label: 'Never' },
  { value: '1', label: 'In a day' },
  { value: '7', label: 'In a week' },
  { value: '30', label: 'In 30 days' },
  { value: '90', label: 'In 90 days' },
  { value: '365', label: 'In a year' },
] as const

export function ExpiryField({ value, onChange }: { value: string; onChange: (days: string) => void }) {
  return (
    <SelectField
      label="Expires"
      value={value}
      options={LIFETIMES}
      onChange={onChange}
      description="From then on the key is refused."
    />
  )
}

/** The moment so many days from now, as the service takes it. */
export const expiryOf = (days: string): { expiresAt?: string } =>
  days === '' ? {} : { expiresAt: new Date(Date.now() + Number(days) * DAY_MS).toISOString() }
