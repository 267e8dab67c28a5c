import { getRouteApi } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { SelectField, TextField } from '../../ui/field.tsx'
import type { Dataset } from '../dataset-queries.ts'
import { SPLIT_NAMES, SPLITS } from '../splits.ts'
import { FOUND, type DatasetSearch } from '../search.ts'

const route = getRouteApi('/datasets/$id')
const TYPING_MS = 350
const SHOW = [
  { value: '', label: 'Images' },
  { value: 'aside', label: 'Files that were set aside' },
]
const SPLIT_OPTIONS = [
  { value: '', label: 'any split' },
  ...SPLITS.map((value) => ({ value, label: SPLIT_NAMES[value].toLowerCase() })),
]
const FOUND_NAMES: Record<(typeof FOUND)[number], string> = {
  any: 'anything found',
  duplicate: 'an equal image',
  conflict: 'an equal image of another class',
  'near-duplicate': 'a nearly equal one in a later split',
  constant: 'one colour only',
}
const FOUND_OPTIONS = [{ value: '', label: 'all' }, ...FOUND.map((value) => ({ value, label: FOUND_NAMES[value] }))]

export function Filters({ dataset: { classes } }: { dataset: Dataset }) {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const [file, setFile] = useState(search.file ?? '')
  const change = (changes: Partial<DatasetSearch>): void =>
    void navigate({ search: (old) => ({ ...old, ...changes }), replace: true })
  useEffect(() => {
    const wanted = file.trim() === '' ? undefined : file.trim()
    if (wanted === search.file) return undefined
    const timer = window.setTimeout(
      () => void navigate({ search: (old) => ({ ...old, file: wanted }), replace: true }),
      TYPING_MS,
    )
    return () => window.clearTimeout(timer)
  }, [file, search.file, navigate])
  const isAside = search.show === 'aside'
  return (
    <div className="row">
      <SelectField
        label="Show"
        options={SHOW}
        value={search.show ?? ''}
        onChange={(value) => change({ show: value === 'aside' ? value : undefined })}
      />
      {!isAside && (
        <>
          <SelectField
            label="Split"
            options={SPLIT_OPTIONS}
            value={search.split ?? ''}
            onChange={(value) => change({ split: SPLITS.find((one) => one === value) })}
          />
          <SelectField
            label="Class"
            options={[{ value: '', label: 'any class' }, ...(classes ?? []).map((value) => ({ value, label: value }))]}
            value={search.class ?? ''}
            onChange={(value) => change({ class: value === '' ? undefined : value })}
          />
          <SelectField
            label="What was found"
            options={FOUND_OPTIONS}
            value={search.found ?? ''}
            onChange={(value) => change({ found: FOUND.find((one) => one === value) })}
          />
        </>
      )}
      <TextField label="Part of the path" type="search" value={file} onChange={setFile} />
    </div>
  )
}
