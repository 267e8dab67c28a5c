import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { api, data } from '../../api.ts'
import { Button } from '../../ui/button.tsx'
import { TextField } from '../../ui/field.tsx'
import { ErrorState } from '../../ui/states.tsx'
import { DEFAULTS, IngestFields } from './ingest-fields.tsx'

/** A worker fetches what an address names. */
export function ImportForm({ onDone }: { onDone: () => void }) {
  const queries = useQueryClient()
  const navigate = useNavigate()
  const [address, setAddress] = useState('')
  const [name, setName] = useState('')
  const [settings, setSettings] = useState(DEFAULTS)
  const begin = useMutation({
    mutationFn: () => {
      const { groupBy, ...choices } = settings
      const given = { ...(name.trim() === '' ? {} : { name: name.trim() }), ...(groupBy === '' ? {} : { groupBy }) }
      return data(api.POST('/v1/datasets', { body: { ...choices, ...given, import: address.trim() } }))
    },
    onSuccess: async ({ id }) => {
      await queries.invalidateQueries({ queryKey: ['datasets'] })
      onDone()
      await navigate({ to: '/datasets/$id', params: { id } })
    },
  })
  return (
    <form
      className="stack tight"
      aria-label="Import from an address"
      onSubmit={(event) => {
        event.preventDefault()
        begin.mutate()
      }}
    >
      <TextField
        label="Address"
        required
        placeholder="https://data.example/flowers.zip"
        description="https:// of an archive, s3://bucket/key of one, or s3://bucket/prefix/ of files."
        value={address}
        onChange={setAddress}
      />
      <TextField label="Name (optional)" maxLength={200} value={name} onChange={setName} />
      <details>
        <summary>How it is read</summary>
        <IngestFields value={settings} onChange={setSettings} />
      </details>
      {begin.isError && <ErrorState error={begin.error} />}
      <div className="row">
        <Button type="submit" kind="primary" busy={begin.isPending}>
          Import
        </Button>
      </div>
    </form>
  )
}
