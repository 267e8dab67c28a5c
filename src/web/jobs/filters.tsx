import { useQuery } from '@tanstack/react-query'
import { ListFilter, X } from 'lucide-react'
import { useEffect, useState } from 'react'
import { JOB_STATES } from '../../service/job-states.ts'
import { api, data } from '../api.ts'
import { Button } from '../ui/button.tsx'
import { Checkbox, SelectField, TextField } from '../ui/field.tsx'
import { Menu, MenuCheckbox } from '../ui/menu.tsx'
import { MoreFilters } from './more-filters.tsx'
import { FILTERS, listed, type Filter, type JobsSearch } from './search.ts'

const TYPING_MS = 300
const MAX_DATASETS = 500

export interface FiltersProps {
  search: JobsSearch
  onChange: (changes: JobsSearch) => void
}

/** Which jobs are listed; what is not in the row itself is in a dialog, and shown below the row. */
export function Filters({ search, onChange }: FiltersProps) {
  const [isMore, setMore] = useState(false)
  const states = listed(search.state)
  const choose = (state: string, isChosen: boolean): void => {
    const chosen = JOB_STATES.filter((each) => (each === state ? isChosen : states.includes(each)))
    onChange({ state: chosen.join(',') || undefined })
  }
  return (
    <div className="jobs-filters">
      <SearchField text={search.q ?? ''} onChange={(q) => onChange({ q: q || undefined })} />
      <Menu label={states.length === 0 ? 'State' : `State: ${states.join(', ')}`} icon={<ListFilter aria-hidden />}>
        {JOB_STATES.map((state) => (
          <MenuCheckbox key={state} checked={states.includes(state)} onChange={(on) => choose(state, on)}>
            {state}
          </MenuCheckbox>
        ))}
      </Menu>
      <DatasetField value={search.dataset ?? ''} onChange={(dataset) => onChange({ dataset: dataset || undefined })} />
      <Checkbox
        label="Hide trials of sweeps"
        checked={search.trials === 'hide'}
        onChange={(on) => onChange({ trials: on ? 'hide' : undefined })}
      />
      <Button onClick={() => setMore(true)}>More filters</Button>
      {isMore && <MoreFilters search={search} onChange={onChange} onClose={() => setMore(false)} />}
      <Given search={search} onChange={onChange} />
    </div>
  )
}

/** Asks the service once nothing is typed for a moment. */
function SearchField({ text, onChange }: { text: string; onChange: (text: string) => void }) {
  const [typed, setTyped] = useState<string>()
  const wanted = typed?.trim() ?? text
  useEffect(() => {
    if (wanted === text) return undefined
    const timer = window.setTimeout(() => onChange(wanted), TYPING_MS)
    return () => window.clearTimeout(timer)
  }, [wanted, text, onChange])
  const left = (): void => {
    if (wanted !== text) onChange(wanted)
    setTyped(undefined)
  }
  return (
    <TextField
      label="Search"
      hideLabel
      type="search"
      placeholder="Name, id, tag or note"
      maxLength={200}
      value={typed ?? text}
      onChange={setTyped}
      onBlur={left}
    />
  )
}

function DatasetField({ value, onChange }: { value: string; onChange: (id: string) => void }) {
  const { data: datasets } = useQuery({
    queryKey: ['datasets', 'names'],
    queryFn: ({ signal }) => data(api.GET('/v1/datasets', { params: { query: { limit: MAX_DATASETS } }, signal })),
  })
  const options = datasets?.data.map(({ id, name }) => ({ value: id, label: name })) ?? []
  const isKnown = value === '' || options.some((option) => option.value === value)
  return (
    <SelectField
      label="Data set"
      hideLabel
      value={value}
      onChange={onChange}
      options={[{ value: '', label: 'All data sets' }, ...options, ...(isKnown ? [] : [{ value, label: value }])]}
    />
  )
}

/** Filters whose control in the row does not show them. */
const NAMES: Readonly<Partial<Record<Filter, string>>> = {
  model: 'Model',
  tag: 'Tag',
  by: 'Submitted by',
  since: 'From',
  until: 'Until',
  metric: 'Metric',
  spec: 'Spec',
  sweep: 'Sweep',
}

function Given({ search, onChange }: FiltersProps) {
  const given = FILTERS.filter((key) => search[key] !== undefined)
  if (given.length === 0) return null
  const chips = given.flatMap((key) => {
    const [name, value] = [NAMES[key], search[key]]
    return name === undefined || value === undefined ? [] : [{ key, name, value }]
  })
  return (
    <div className="jobs-given">
      {chips.map(({ key, name, value }) => (
        <Button key={key} size="small" title="Remove this filter" onClick={() => onChange({ [key]: undefined })}>
          <span className="clip">
            {name}: {value}
          </span>
          <X aria-label="Remove" />
        </Button>
      ))}
      <Button size="small" onClick={() => onChange(Object.fromEntries(FILTERS.map((key) => [key, undefined])))}>
        Remove all filters
      </Button>
    </div>
  )
}
