import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, data } from '../api.ts'
import { Button } from '../ui/button.tsx'
import { TextArea, TextField } from '../ui/field.tsx'
import { ErrorState } from '../ui/states.tsx'
import type { Model } from './model-queries.ts'

/** Takes a name, of which versions are registered. */
export function NewModelForm({ onMade }: { onMade: (model: Model) => void }) {
  const queries = useQueryClient()
  const [name, setName] = useState('')
  const [description, setDescription] = useState('')
  const make = useMutation({
    mutationFn: () => data(api.POST('/v1/models', { body: { name: name.trim(), description: description.trim() } })),
    onSuccess: async (model) => {
      await queries.invalidateQueries({ queryKey: ['models'] })
      onMade(model)
    },
  })
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault()
        make.mutate()
      }}
    >
      <TextField
        label="Name"
        required
        maxLength={64}
        description="Letters, digits, dots, hyphens and underscores: it is part of addresses."
        value={name}
        onChange={setName}
      />
      <TextArea
        label="Description (optional)"
        rows={3}
        maxLength={2000}
        value={description}
        onChange={setDescription}
      />
      {make.isError && <ErrorState error={make.error} />}
      <div className="row end">
        <Button type="submit" kind="primary" busy={make.isPending}>
          Make the model
        </Button>
      </div>
    </form>
  )
}
