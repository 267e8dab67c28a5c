import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { api, data } from '../api.ts'
import type { Batch } from './model-queries.ts'

/** The data set of a batch, by its name where it is still there. */
export function DatasetLink({ batch: { dataset, datasetVersion } }: { batch: Batch }) {
  const found = useQuery({
    queryKey: ['datasets', dataset],
    queryFn: ({ signal }) => data(api.GET('/v1/datasets/{id}', { params: { path: { id: dataset ?? '' } }, signal })),
    enabled: dataset !== null,
    staleTime: 60_000,
  })
  if (dataset === null) return 'an upload'
  return (
    <Link
      to="/datasets/$id"
      params={{ id: dataset }}
      search={{ version: datasetVersion ?? undefined }}
      className="break"
    >
      {found.data?.name ?? dataset}, version {datasetVersion}
    </Link>
  )
}
