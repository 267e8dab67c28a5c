import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { api, data } from '../api.ts'
import { Page } from '../ui/page.tsx'
import { ErrorState, Loading } from '../ui/states.tsx'
import { written, type Draft } from './draft.ts'
import { JobEditor } from './job-editor.tsx'

const route = getRouteApi('/new-job')

/** A job, a sweep or a fork, from its spec to its submission. */
export function NewJobPage() {
  const { dataset, fork, checkpoint, recipe, kind, policy } = route.useSearch()
  const schema = useQuery({
    queryKey: ['spec', 'schema'],
    queryFn: ({ signal }) => data(api.GET('/v1/spec/schema', { signal })),
    staleTime: Infinity,
  })
  const parent = useQuery({
    queryKey: ['jobs', fork],
    queryFn: ({ signal }) => data(api.GET('/v1/jobs/{id}', { params: { path: { id: fork ?? '' } }, signal })),
    enabled: fork !== undefined,
  })
  const title = fork === undefined ? 'New job' : 'Fork a job'
  const failed = schema.error ?? parent.error
  const retry = (): void => {
    void schema.refetch()
    if (fork !== undefined) void parent.refetch()
  }
  const isReady = schema.data !== undefined && (fork === undefined || parent.data !== undefined)
  if (!isReady)
    return <Page title={title}>{failed === null ? <Loading /> : <ErrorState error={failed} onRetry={retry} />}</Page>
  const spec = {
    ...(recipe === undefined ? {} : { recipe }),
    ...(policy === undefined ? {} : { augment: ['random-crop', 'horizontal-flip', { name: 'auto-augment', policy }] }),
  }
  const given: Partial<Draft> = {
    text: written(spec),
    ...(kind === undefined || fork !== undefined ? {} : { kind }),
    ...(parent.data === undefined
      ? { dataset: dataset ?? '' }
      : {
          dataset: parent.data.dataset,
          version: parent.data.datasetVersion,
          name: forkName(parent.data.name),
          checkpoint: checkpoint ?? '',
        }),
  }
  const parts = [dataset, fork, checkpoint, recipe, kind, policy]
  return (
    <JobEditor
      key={parts.join(' ')}
      title={title}
      schema={schema.data}
      parent={parent.data}
      draftParts={parts}
      given={given}
    />
  )
}

const forkName = (name: string): string => (name === '' ? '' : `${name.slice(0, 190)} (fork)`)
