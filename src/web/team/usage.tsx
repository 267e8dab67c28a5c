import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import type { components } from '../../../clients/typescript/src/schema.ts'
import { api, data } from '../api.ts'
import { useSave } from '../shared/save-file.ts'
import { Listed } from '../shared/listed.tsx'
import { usePages } from '../shared/use-pages.ts'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { SelectField, TextField } from '../ui/field.tsx'
import { EmptyState } from '../ui/states.tsx'
import { rangeOf } from './usage-range.ts'
import { UsageTable } from './usage-table.tsx'
import { UsageDays } from './usage-days.tsx'

export type UsageRow = components['schemas']['UsageRow']

const route = getRouteApi('/team')
const DIMENSIONS = [
  { value: 'day', label: 'Day' },
  { value: 'job', label: 'Job' },
  { value: 'person', label: 'Person' },
  { value: 'key', label: 'API key' },
  { value: 'device', label: 'Kind of device' },
] as const

/** Device time from one day to another, added up by what is chosen. */
export function Usage() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const { mutate: saveFile } = useSave()
  const [now] = useState(() => Date.now())
  const range = rangeOf(search, now)
  const by = DIMENSIONS.find(({ value }) => value === search.by)?.value ?? 'day'
  const pages = usePages<UsageRow>(['team', 'usage', by, range], async (cursor, signal) => {
    const page = await data(
      api.GET('/v1/team/usage', { params: { query: { limit: 500, by, ...range, ...cursor, format: 'json' } }, signal }),
    )
    return typeof page === 'string' ? { data: [], nextCursor: null } : page
  })
  const change = (fields: { from?: string; to?: string; by?: string }): void =>
    void navigate({ search: (before) => ({ ...before, ...fields }), replace: true })
  const csv = (): void => {
    const query = new URLSearchParams({ ...range, by, format: 'csv', limit: '500' })
    saveFile({ path: `/v1/team/usage?${query}`, fileName: `usage-${range.from}-${range.to}.csv` })
  }
  return (
    <Card title="Usage" actions={<Button onClick={csv}>Download CSV</Button>}>
      <div className="field-grid">
        <TextField label="From" type="date" value={range.from} max={range.to} onChange={(from) => change({ from })} />
        <TextField label="To" type="date" value={range.to} min={range.from} onChange={(to) => change({ to })} />
        <SelectField label="By" value={by} options={DIMENSIONS} onChange={(next) => change({ by: next })} />
      </div>
      <Listed
        pages={pages}
        noun="rows"
        empty={<EmptyState title="No job has used a device in these days.">Days are those of UTC.</EmptyState>}
      >
        {(rows) => (
          <>
            {by === 'day' && <UsageDays rows={rows} range={range} />}
            <UsageTable rows={rows} by={by} />
          </>
        )}
      </Listed>
    </Card>
  )
}
