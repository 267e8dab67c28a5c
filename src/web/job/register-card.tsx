import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useId, useState, type SyntheticEvent } from 'react'
import { AnnealError, api, data } from '../api.ts'
import { jobName, type Job } from '../shared/jobs.ts'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { SelectField, TextArea, TextField } from '../ui/field.tsx'
import { ErrorState } from '../ui/states.tsx'
import type { Checkpoint } from './model-tab.tsx'

const MAX_MODELS = 500

interface Registration {
  name: string
  checkpoint: string
  description: string
}

/** A new version of a model; the first one makes the model. */
async function registered({ name, checkpoint, description }: Registration, job: string) {
  const body = { description, ...(checkpoint === '' ? { job } : { checkpoint }) }
  const add = () => data(api.POST('/v1/models/{name}/versions', { params: { path: { name } }, body }))
  try {
    return await add()
  } catch (error) {
    if (!(error instanceof AnnealError) || error.status !== 404) throw error
    await data(api.POST('/v1/models', { body: { name } }))
    return add()
  }
}

/** Gives weights a name that applications ask for. One function: one form over one state. */
export function RegisterCard({ job, checkpoints }: { job: Job; checkpoints: readonly Checkpoint[] }) {
  const queries = useQueryClient()
  const list = useId()
  const [draft, setDraft] = useState<Registration>({ name: '', checkpoint: '', description: '' })
  const { data: models } = useQuery({
    queryKey: ['models', 'names'],
    queryFn: ({ signal }) => data(api.GET('/v1/models', { params: { query: { limit: MAX_MODELS } }, signal })),
  })
  const register = useMutation({
    mutationFn: () => registered(draft, job.id),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['models'] }),
  })
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault()
    register.mutate()
  }
  return (
    <Card title="Register as a model">
      <form className="stack" onSubmit={submit}>
        <div className="row">
          <TextField
            label="Name of the model"
            required
            list={list}
            pattern="[A-Za-z0-9_.\-]+"
            title="Letters, digits, dots, hyphens and underscores"
            value={draft.name}
            onChange={(name) => setDraft({ ...draft, name })}
          />
          <datalist id={list}>
            {models?.data.map(({ name }) => (
              <option key={name} value={name} />
            ))}
          </datalist>
          <SelectField
            label="Weights"
            value={draft.checkpoint}
            onChange={(checkpoint) => setDraft({ ...draft, checkpoint })}
            options={[
              { value: '', label: 'those of the report, else the best' },
              ...checkpoints.map(({ id, kind }) => ({ value: id, label: kind })),
            ]}
          />
        </div>
        <TextArea
          label="Description of the version"
          rows={2}
          value={draft.description}
          onChange={(description) => setDraft({ ...draft, description })}
        />
        {register.isError && <ErrorState error={register.error} />}
        <div className="row">
          <Button type="submit" kind="primary" busy={register.isPending}>
            Register
          </Button>
          {register.data !== undefined && (
            <span role="status">
              {jobName(job)} is version {register.data.version} of{' '}
              <Link to="/models/$name" params={{ name: register.data.model }}>
                {register.data.model}
              </Link>
              .
            </span>
          )}
        </div>
      </form>
    </Card>
  )
}
