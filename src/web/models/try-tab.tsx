import { useQuery } from '@tanstack/react-query'
import { TryImage } from '../shared/try-image.tsx'
import { ErrorState, Loading } from '../ui/states.tsx'
import { refOf, versionQuery, type Model } from './model-queries.ts'

export function TryTab({ model, version }: { model: Model; version: number }) {
  const ref = refOf(model)
  const found = useQuery(versionQuery(ref, version))
  if (found.data !== undefined)
    return <TryImage key={version} by={{ model: `${ref}:${version}` }} checkpoint={found.data.checkpoint} />
  return found.isError ? <ErrorState error={found.error} onRetry={() => void found.refetch()} /> : <Loading />
}
