import { useQuery } from '@tanstack/react-query'
import type { components } from '../../../clients/typescript/src/schema.ts'
import { api, data } from '../api.ts'
import { bytes, count, percent } from '../format.ts'
import { everyMs } from '../queries.ts'
import { DownloadButton } from '../shared/download-button.tsx'
import { ButtonLink } from '../ui/button.tsx'
import { isEnded, jobName, type Job } from '../shared/jobs.ts'
import { TryImage } from '../shared/try-image.tsx'
import { Card } from '../ui/card.tsx'
import { DataTable, type Column } from '../ui/data-table.tsx'
import { EmptyState, ErrorState, Loading } from '../ui/states.tsx'
import { Time } from '../ui/time.tsx'
import { DeleteFile } from './delete-file.tsx'
import { ExportsCard } from './exports-card.tsx'
import { RegisterCard } from './register-card.tsx'

export type Checkpoint = components['schemas']['Checkpoint']
type Artifact = components['schemas']['Artifact']

const LIVE_MS = 5000

/** What the job leaves: checkpoints, formats for others to run, files, and a version of a model. */
export function ModelTab({ job }: { job: Job }) {
  const checkpoints = useQuery({
    queryKey: ['jobs', job.id, 'checkpoints', job.state],
    queryFn: ({ signal }) => data(api.GET('/v1/jobs/{id}/checkpoints', { params: { path: { id: job.id } }, signal })),
    placeholderData: (before) => before,
    refetchInterval: everyMs(LIVE_MS, () => isEnded(job)),
  })
  const found = checkpoints.data?.data ?? []
  const best = preferred(found)
  return (
    <>
      <Card title="Checkpoints">
        {checkpoints.isPending && <Loading />}
        {checkpoints.isError && <ErrorState error={checkpoints.error} onRetry={() => void checkpoints.refetch()} />}
        {checkpoints.isSuccess && found.length === 0 && (
          <EmptyState title="There is no checkpoint yet.">The first one is written after the first epoch.</EmptyState>
        )}
        {found.length > 0 && (
          <DataTable
            caption="Checkpoints of the job"
            columns={checkpointColumns(job)}
            rows={found}
            rowId={({ id }) => id}
          />
        )}
      </Card>
      {best !== undefined && <TryImage by={{ checkpoint: best.id }} checkpoint={best.id} />}
      {found.length > 0 && <RegisterCard job={job} checkpoints={found} />}
      {found.length > 0 && <ExportsCard job={job} checkpoints={found} />}
      <Artifacts job={job} />
    </>
  )
}

/** The weights that a report is of, where there are some. */
const PREFERRED: readonly Checkpoint['kind'][] = ['averaged', 'best', 'last']

export const preferred = (checkpoints: readonly Checkpoint[]): Checkpoint | undefined =>
  PREFERRED.flatMap((kind) => checkpoints.filter((each) => each.kind === kind))[0]

/** Names of files without what a file system does not take. */
export const fileNameOf = (job: Job): string => jobName(job).replaceAll(/[^\w.-]/g, '_')

const checkpointColumns = (job: Job): Column<Checkpoint>[] => [
  { id: 'kind', header: 'Kind', cell: ({ kind }) => kind },
  { id: 'step', header: 'Step', align: 'number', cell: ({ step }) => count(step) },
  {
    id: 'accuracy',
    header: 'Validation accuracy',
    align: 'number',
    cell: ({ metrics }) => percent(metrics['val/accuracy'] ?? metrics['averaged/accuracy']),
  },
  { id: 'size', header: 'Size', align: 'number', cell: ({ sizeBytes }) => bytes(sizeBytes) },
  { id: 'created', header: 'Written', cell: ({ createdAt }) => <Time at={createdAt} /> },
  { id: 'id', header: 'Id', cell: ({ id }) => <span className="mono">{id}</span> },
  {
    id: 'actions',
    header: 'Use',
    cell: ({ id, kind }) => (
      <span className="row job-uses">
        <DownloadButton
          path={`/v1/checkpoints/${id}/content`}
          fileName={`${fileNameOf(job)}-${kind}.safetensors`}
          label={`Download the ${kind} checkpoint`}
        />
        {job.kind === 'fit' && (
          <ButtonLink size="small" to="/new-job" search={{ fork: job.id, checkpoint: id }}>
            Start a job from it
          </ButtonLink>
        )}
        {isEnded(job) && (
          <DeleteFile
            job={job.id}
            what={`the ${kind} checkpoint`}
            remove={() => data(api.DELETE('/v1/checkpoints/{id}', { params: { path: { id } } }))}
          >
            <p>
              It goes to the trash with its exports, and can be restored from there until the trash is emptied. The
              report and the curves stay.
            </p>
            {kind === 'last' && <p>A retry of the job, and forks that continue it, start from this one.</p>}
          </DeleteFile>
        )}
      </span>
    ),
  },
]

function Artifacts({ job }: { job: Job }) {
  const artifacts = useQuery({
    queryKey: ['jobs', job.id, 'artifacts', job.state],
    queryFn: ({ signal }) => data(api.GET('/v1/jobs/{id}/artifacts', { params: { path: { id: job.id } }, signal })),
    placeholderData: (before) => before,
  })
  const rows = artifacts.data?.data ?? []
  const columns: Column<Artifact>[] = [
    { id: 'file', header: 'File', cell: ({ fileName }) => <span className="break">{fileName}</span> },
    { id: 'kind', header: 'Kind', cell: ({ kind }) => kind },
    { id: 'size', header: 'Size', align: 'number', cell: ({ sizeBytes }) => bytes(sizeBytes) },
    {
      id: 'actions',
      header: 'Use',
      cell: ({ kind, fileName }) => (
        <span className="row job-uses">
          <DownloadButton
            path={`/v1/jobs/${job.id}/artifacts/${kind}`}
            fileName={`${fileNameOf(job)}-${fileName}`}
            label={`Download ${fileName}`}
          />
          {isEnded(job) && (
            <DeleteFile
              job={job.id}
              what={fileName}
              remove={() =>
                data(api.DELETE('/v1/jobs/{id}/artifacts/{kind}', { params: { path: { id: job.id, kind } } }))
              }
            >
              <p>It goes to the trash, and can be restored from there until the trash is emptied.</p>
              {kind === 'predictions' && (
                <p>Without it, the job cannot be compared image by image, nor suggest likely label errors.</p>
              )}
            </DeleteFile>
          )}
        </span>
      ),
    },
  ]
  return (
    <Card title="Artifacts">
      {artifacts.isPending && <Loading />}
      {artifacts.isError && <ErrorState error={artifacts.error} onRetry={() => void artifacts.refetch()} />}
      {artifacts.isSuccess && rows.length === 0 && (
        <EmptyState title="There are no files yet.">Predictions and the report are written at the end.</EmptyState>
      )}
      {rows.length > 0 && (
        <DataTable caption="Files that the job has left" columns={columns} rows={rows} rowId={({ kind }) => kind} />
      )}
    </Card>
  )
}
