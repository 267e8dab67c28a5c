import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState, type SyntheticEvent } from 'react'
import { api, data } from '../api.ts'
import type { Job } from '../shared/jobs.ts'
import { pathOf, written } from '../shared/spec-fields.ts'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { CopyButton } from '../ui/copy-button.tsx'
import { DataTable, type Column } from '../ui/data-table.tsx'
import { TextField } from '../ui/field.tsx'
import { EmptyState, ErrorState, Loading } from '../ui/states.tsx'
import { chosenFields, type ChosenField } from './chosen-fields.ts'
import { SpecTree } from './spec-tree.tsx'

/** The spec as it resolved, where each value comes from, and how it differs from that of another job. */
export function SpecTab({ job }: { job: Job }) {
  return (
    <>
      <Choices job={job} />
      <Differences job={job} />
      <Card
        title="Resolved spec"
        actions={<CopyButton text={JSON.stringify(job.spec, null, 2)} label="Copy the spec" />}
      >
        <SpecTree spec={job.spec} />
      </Card>
    </>
  )
}

const CHOICES: Column<ChosenField>[] = [
  {
    id: 'path',
    header: 'Field',
    value: ({ path }) => path,
    cell: ({ path }) => <code className="job-path">{path}</code>,
  },
  { id: 'value', header: 'Value', cell: ({ value }) => <code className="job-text">{written(value)}</code> },
  { id: 'usual', header: 'Default', cell: ({ usual }) => <code className="job-text">{written(usual)}</code> },
  { id: 'why', header: 'Why', cell: ({ why }) => <span className="job-text">{why}</span> },
]

/** Fields that are not what the schema has as their default: given, or chosen from the data. */
function Choices({ job }: { job: Job }) {
  const schema = useQuery({
    queryKey: ['spec-schema'],
    staleTime: Infinity,
    queryFn: ({ signal }) => data(api.GET('/v1/spec/schema', { signal })),
  })
  const rows = schema.data === undefined ? [] : chosenFields(job.spec, job.reasons, schema.data)
  return (
    <Card title="Different from the defaults">
      {schema.isPending && <Loading />}
      {schema.isError && <ErrorState error={schema.error} onRetry={() => void schema.refetch()} />}
      {schema.isSuccess && rows.length === 0 && <p className="faint">Every field has its default.</p>}
      {rows.length > 0 && (
        <DataTable
          caption="Fields and why they have their values"
          columns={CHOICES}
          rows={rows}
          rowId={({ path }) => path}
        />
      )}
    </Card>
  )
}

interface Difference {
  pointer: string
  from?: unknown
  to?: unknown
}

const DIFFERENCES: Column<Difference>[] = [
  { id: 'field', header: 'Field', cell: ({ pointer }) => <code className="job-path">{pathOf(pointer)}</code> },
  { id: 'from', header: 'The other job', cell: ({ from }) => <code className="job-text">{written(from)}</code> },
  { id: 'to', header: 'This job', cell: ({ to }) => <code className="job-text">{written(to)}</code> },
]

/** From the job that it was forked from, or from any other. */
function Differences({ job }: { job: Job }) {
  const [other, setOther] = useState(job.forkOf?.job ?? '')
  const [typed, setTyped] = useState('')
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault()
    setOther(typed.trim())
  }
  return (
    <Card title="Different from another job">
      <form className="row" onSubmit={submit}>
        <TextField label="Id of the other job" hideLabel placeholder="job_…" value={typed} onChange={setTyped} />
        <Button type="submit">Compare the specs</Button>
      </form>
      {other === '' ? (
        <p className="faint">The job is no fork. Give the id of another job to see how their specs differ.</p>
      ) : (
        <DifferencesFrom job={job} other={other} />
      )}
    </Card>
  )
}

function DifferencesFrom({ job, other }: { job: Job; other: string }) {
  const diff = useQuery({
    queryKey: ['jobs', job.id, 'diff', other],
    staleTime: Infinity,
    queryFn: ({ signal }) =>
      data(api.GET('/v1/jobs/{id}/diff', { params: { path: { id: job.id }, query: { from: other } }, signal })),
  })
  if (diff.isError) return <ErrorState error={diff.error} onRetry={() => void diff.refetch()} />
  if (diff.data === undefined) return <Loading />
  const { differences } = diff.data
  return (
    <>
      <p>
        Compared with{' '}
        <Link to="/jobs/$id" params={{ id: other }}>
          {other}
        </Link>
        {job.forkOf?.job === other && ', from which it was forked'}.
      </p>
      {differences.length === 0 ? (
        <EmptyState title="The specs are the same." />
      ) : (
        <DataTable
          caption="Fields of the spec that differ"
          columns={DIFFERENCES}
          rows={differences}
          rowId={({ pointer }) => pointer}
        />
      )}
    </>
  )
}
