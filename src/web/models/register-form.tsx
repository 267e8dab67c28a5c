import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, data } from '../api.ts'
import { count, percent } from '../format.ts'
import { Button } from '../ui/button.tsx'
import { SelectField, TextField } from '../ui/field.tsx'
import { EmptyState, ErrorState, Loading } from '../ui/states.tsx'
import { useToast } from '../ui/toast.tsx'

const MAX_JOBS = 200

/** Registers a checkpoint of a job as the next version. */
export function RegisterForm({ name, onDone }: { name: string; onDone: () => void }) {
  const [job, setJob] = useState<string>()
  const jobs = useQuery({
    queryKey: ['jobs', 'to-register'],
    queryFn: ({ signal }) =>
      data(api.GET('/v1/jobs', { params: { query: { state: 'succeeded', limit: MAX_JOBS } }, signal })),
  })
  if (jobs.data === undefined)
    return jobs.isError ? <ErrorState error={jobs.error} onRetry={() => void jobs.refetch()} /> : <Loading />
  const able = jobs.data.data.filter(({ kind }) => kind === 'fit')
  const chosen = job ?? able[0]?.id
  if (chosen === undefined)
    return <EmptyState title="No job has succeeded yet.">Its checkpoints can be registered then.</EmptyState>
  return (
    <div className="stack">
      <SelectField
        label="Job"
        description={jobs.data.nextCursor === null ? undefined : `The newest ${MAX_JOBS} that have succeeded.`}
        options={able.map(({ id, name: text, accuracy }) => ({
          value: id,
          label: accuracy === null ? text : `${text}, ${percent(accuracy)} accuracy`,
        }))}
        value={chosen}
        onChange={setJob}
      />
      <OfJob key={chosen} name={name} job={chosen} onDone={onDone} />
    </div>
  )
}

function OfJob({ name, job, onDone }: { name: string; job: string; onDone: () => void }) {
  const queries = useQueryClient()
  const toast = useToast()
  const [checkpoint, setCheckpoint] = useState('')
  const [description, setDescription] = useState('')
  const checkpoints = useQuery({
    queryKey: ['jobs', job, 'checkpoints'],
    queryFn: ({ signal }) => data(api.GET('/v1/jobs/{id}/checkpoints', { params: { path: { id: job } }, signal })),
  })
  const register = useMutation({
    mutationFn: () =>
      data(
        api.POST('/v1/models/{name}/versions', {
          params: { path: { name } },
          body: { ...(checkpoint === '' ? { job } : { checkpoint }), description: description.trim() },
        }),
      ),
    onSuccess: async ({ version }) => {
      await queries.invalidateQueries({ queryKey: ['models'] })
      toast.done(`Version ${version} is registered.`)
      onDone()
    },
  })
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault()
        register.mutate()
      }}
    >
      <SelectField
        label="Checkpoint"
        options={[
          { value: '', label: 'the one that the report of the job is of' },
          ...(checkpoints.data?.data ?? []).map(({ id, kind, step }) => ({
            value: id,
            label: `${kind}, step ${count(step)}`,
          })),
        ]}
        value={checkpoint}
        onChange={setCheckpoint}
      />
      <TextField
        label="Description (optional)"
        maxLength={2000}
        placeholder="What is new in it"
        value={description}
        onChange={setDescription}
      />
      {register.isError && <ErrorState error={register.error} />}
      <div className="row end">
        <Button type="submit" kind="primary" busy={register.isPending}>
          Register
        </Button>
      </div>
    </form>
  )
}
