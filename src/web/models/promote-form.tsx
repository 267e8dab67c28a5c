import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useId, useState } from 'react'
import { api, data } from '../api.ts'
import { Button } from '../ui/button.tsx'
import { TextField } from '../ui/field.tsx'
import { ErrorState } from '../ui/states.tsx'
import { useToast } from '../ui/toast.tsx'
import type { Model } from './model-queries.ts'

const USUAL = ['champion', 'staging', 'candidate']

interface PromoteFormProps {
  model: Model
  version: number
  onDone: () => void
}

/** Points an alias at a version; who did, when and why is kept. */
export function PromoteForm({ model, version, onDone }: PromoteFormProps) {
  const queries = useQueryClient()
  const toast = useToast()
  const list = useId()
  const [alias, setAlias] = useState('champion')
  const [reason, setReason] = useState('')
  const now = model.aliases[alias.trim()]
  const promote = useMutation({
    mutationFn: () =>
      data(
        api.PUT('/v1/models/{name}/aliases/{alias}', {
          params: { path: { name: model.name, alias: alias.trim() } },
          body: { version, reason: reason.trim() },
        }),
      ),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['models'] })
      toast.done(`${alias.trim()} is version ${version}.`)
      onDone()
    },
  })
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault()
        promote.mutate()
      }}
    >
      <TextField
        label="Alias"
        required
        maxLength={64}
        list={list}
        description={
          now === undefined || now === version
            ? 'Programs that ask for it get this version from now on.'
            : `It is version ${now} now; programs that ask for it get version ${version} from now on.`
        }
        value={alias}
        onChange={setAlias}
      />
      <datalist id={list}>
        {[...new Set([...USUAL, ...Object.keys(model.aliases)])].map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      <TextField label="Why" required maxLength={2000} value={reason} onChange={setReason} />
      {promote.isError && <ErrorState error={promote.error} />}
      <div className="row end">
        <Button type="submit" kind="primary" busy={promote.isPending}>
          Point it here
        </Button>
      </div>
    </form>
  )
}
