import { getRouteApi } from '@tanstack/react-router'
import { Columns3 } from 'lucide-react'
import { useCallback, useState } from 'react'
import { Button } from '../ui/button.tsx'
import { SelectField } from '../ui/field.tsx'
import { Page } from '../ui/page.tsx'
import { ColumnChoice } from './column-choice.tsx'
import { DEFAULT_COLUMNS } from './columns.tsx'
import { Filters } from './filters.tsx'
import { GROUPINGS } from './groups.ts'
import { JobList } from './job-list.tsx'
import './jobs.css'
import { listed, type JobsSearch } from './search.ts'
import { isSpecField, specPath } from './spec-columns.ts'
import { Views } from './views.tsx'

const route = getRouteApi('/jobs')
const STORED_COLUMNS = 'anneal-job-columns'

export function JobsPage() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const [isChoosing, setChoosing] = useState(false)
  const change = useCallback(
    (changes: JobsSearch) => void navigate({ search: (before) => ({ ...before, ...changes }), replace: true }),
    [navigate],
  )
  const columns = shownColumns(search)
  const choose = (chosen: string[]): void => {
    localStorage.setItem(STORED_COLUMNS, chosen.join(','))
    change({ columns: chosen.join(',') })
  }
  return (
    <Page title="Jobs" actions={<Views search={search} onOpen={(view) => void navigate({ search: view })} />}>
      <div className="jobs-controls">
        <Filters search={search} onChange={change} />
        <div className="row">
          <SelectField
            label="Group by"
            hideLabel
            value={search.group ?? ''}
            onChange={(group) => change({ group: group || undefined })}
            options={[
              { value: '', label: 'Not grouped' },
              ...GROUPINGS.map(by),
              ...columns.filter(isSpecField).map(bySpec),
            ]}
          />
          <Button onClick={() => setChoosing(true)}>
            <Columns3 aria-hidden />
            Columns
          </Button>
        </div>
      </div>
      <JobList search={search} columns={columns} onSort={(sort) => change({ sort })} />
      {isChoosing && <ColumnChoice columns={columns} onChange={choose} onClose={() => setChoosing(false)} />}
    </Page>
  )
}

const by = ({ value, label }: { value: string; label: string }) => ({ value, label: `By ${label.toLowerCase()}` })
const bySpec = (id: string) => ({ value: id, label: `By ${specPath(id)}` })

/** Those of the link, else those that were chosen last in this browser. */
function shownColumns({ columns }: JobsSearch): string[] {
  const chosen = listed(columns ?? localStorage.getItem(STORED_COLUMNS) ?? undefined)
  return chosen.length === 0 ? DEFAULT_COLUMNS : chosen
}
