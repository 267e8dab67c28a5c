import { Combobox } from '@base-ui/react/combobox'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useId, useState } from 'react'
import { api, data } from '../api.ts'
import { count, counted } from '../format.ts'
import { SelectField } from '../ui/field.tsx'
import './dataset-choice.css'

interface DatasetChoiceProps {
  /** Id of the data set; empty for none. */
  value: string
  onChange: (id: string) => void
  error?: string | undefined
}

/** A data set that is ready, found by how its name begins. One function: a field, its list and the keys that move in it share one state. */
export function DatasetChoice({ value, onChange, error }: DatasetChoiceProps) {
  const id = useId()
  const [typed, setTyped] = useState('')
  const list = useQuery({
    queryKey: ['datasets', 'choice', typed],
    queryFn: ({ signal }) => {
      const query = { state: 'ready', limit: 50, ...(typed === '' ? {} : { name: `${typed}*` }) }
      return data(api.GET('/v1/datasets', { params: { query }, signal }))
    },
    placeholderData: keepPreviousData,
  })
  const chosen = useQuery({
    queryKey: ['datasets', value],
    queryFn: ({ signal }) => data(api.GET('/v1/datasets/{id}', { params: { path: { id: value } }, signal })),
    enabled: value !== '',
  })
  const found = list.data?.data ?? []
  const known = new Map([...found, ...(chosen.data === undefined ? [] : [chosen.data])].map((each) => [each.id, each]))
  const nameOf = (each: string): string => (known.get(each)?.name ?? '') || each
  return (
    <div className="field">
      <label className="field-label" htmlFor={id}>
        Data set
      </label>
      <Combobox.Root
        // The name of the one that is chosen may come after the first drawing.
        key={String(value === '' || known.has(value))}
        items={found.map((each) => each.id)}
        filter={null}
        value={value === '' ? null : value}
        onValueChange={(next) => next !== null && onChange(next)}
        onInputValueChange={(text, { reason }) => setTyped(reason === 'input-change' ? text : '')}
        itemToStringLabel={nameOf}
      >
        <Combobox.Input
          id={id}
          className="control"
          placeholder="Search by name"
          data-invalid={error !== undefined || undefined}
        />
        <Combobox.Portal>
          <Combobox.Positioner className="menu-positioner" sideOffset={4} align="start">
            <Combobox.Popup className="menu dataset-menu" aria-label="Data sets">
              <Combobox.Empty className="dataset-empty">
                {list.isPending ? 'Loading…' : 'No data set that is ready begins so.'}
              </Combobox.Empty>
              <Combobox.List>
                {(each: string) => (
                  <Combobox.Item key={each} value={each} className="menu-item dataset-item">
                    <span className="break">{nameOf(each)}</span>
                    <span className="faint small">{sizeOf(known.get(each))}</span>
                  </Combobox.Item>
                )}
              </Combobox.List>
            </Combobox.Popup>
          </Combobox.Positioner>
        </Combobox.Portal>
      </Combobox.Root>
      {chosen.data !== undefined && <p className="field-description">{sizeOf(chosen.data)}</p>}
      {(error !== undefined || chosen.isError) && (
        <p className="field-error">{error ?? 'This data set cannot be read; it may have been deleted.'}</p>
      )}
    </div>
  )
}

interface Sized {
  classCount: number | null
  images: { train: number; val: number; test: number } | null
}

function sizeOf(dataset: Sized | undefined): string {
  if (!dataset?.images) return ''
  const { train, val, test } = dataset.images
  return `${counted(dataset.classCount ?? 0, 'class', 'classes')}; ${counted(train, 'image')} to train on, ${count(val)} to validate, ${count(test)} to test`
}

interface VersionChoiceProps {
  dataset: string
  /** null for the newest that is ready. */
  value: number | null
  onChange: (version: number | null) => void
}

/** Of a data set that has more than one version. */
export function VersionChoice({ dataset, value, onChange }: VersionChoiceProps) {
  const versions = useQuery({
    queryKey: ['datasets', dataset, 'versions'],
    queryFn: ({ signal }) =>
      data(api.GET('/v1/datasets/{id}/versions', { params: { path: { id: dataset }, query: { limit: 100 } }, signal })),
    enabled: dataset !== '',
  })
  const ready = versions.data?.data.filter(({ state }) => state === 'ready') ?? []
  if (ready.length < 2 && value === null) return null
  const numbers = [...new Set([...ready.map(({ version }) => version), ...(value === null ? [] : [value])])]
  return (
    <SelectField
      label="Version"
      value={value === null ? '' : String(value)}
      onChange={(text) => onChange(text === '' ? null : Number(text))}
      options={[
        { value: '', label: 'The newest' },
        ...numbers.sort((a, b) => b - a).map((version) => ({ value: String(version), label: `Version ${version}` })),
      ]}
    />
  )
}
