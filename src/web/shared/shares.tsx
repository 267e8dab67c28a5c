import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState, type SyntheticEvent } from 'react'
import { api, data } from '../api.ts'
import { Button } from '../ui/button.tsx'
import { TextField } from '../ui/field.tsx'
import { ErrorState, Loading } from '../ui/states.tsx'
import { Time } from '../ui/time.tsx'

export type Shared = { dataset: string } | { model: string }

/** The teams that see a model or a data set, and a field to add one. */
export function Shares({ of }: { of: Shared }) {
  const queries = useQueryClient()
  const queryKey = ['shares', of]
  const shares = useQuery({ queryKey, queryFn: ({ signal }) => data(listed(of, signal)) })
  const [team, setTeam] = useState('')
  const [error, setError] = useState<unknown>()
  const change = async (call: Promise<unknown>): Promise<void> => {
    setError(undefined)
    try {
      await call
      setTeam('')
      await queries.invalidateQueries({ queryKey })
    } catch (reason) {
      setError(reason)
    }
  }
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault()
    void change(data(added(of, team.trim())))
  }
  return (
    <div className="stack">
      <p className="faint">Another team can see and use it, and changes nothing of it.</p>
      <form className="row" onSubmit={submit}>
        <TextField label="Id of the team" required placeholder="team_…" value={team} onChange={setTeam} />
        <Button type="submit" kind="primary">
          Share
        </Button>
      </form>
      {error !== undefined && <ErrorState error={error} />}
      {shares.isPending && <Loading />}
      {shares.isError && <ErrorState error={shares.error} onRetry={() => void shares.refetch()} />}
      {shares.data?.data.length === 0 && <p>No other team sees it.</p>}
      <ul className="plain stack tight">
        {shares.data?.data.map((share) => (
          <li key={share.team} className="row">
            <code>{share.team}</code>
            <span className="faint small">
              by {share.sharedBy.name}, <Time at={share.createdAt} />
            </span>
            <Button
              size="small"
              aria-label={`Stop sharing with ${share.team}`}
              onClick={() => void change(data(removed(of, share.team)))}
            >
              Stop sharing
            </Button>
          </li>
        ))}
      </ul>
    </div>
  )
}

const listed = (of: Shared, signal: AbortSignal) =>
  'dataset' in of
    ? api.GET('/v1/datasets/{id}/shares', { params: { path: { id: of.dataset } }, signal })
    : api.GET('/v1/models/{name}/shares', { params: { path: { name: of.model } }, signal })

const added = (of: Shared, team: string) =>
  'dataset' in of
    ? api.POST('/v1/datasets/{id}/shares', { params: { path: { id: of.dataset } }, body: { team } })
    : api.POST('/v1/models/{name}/shares', { params: { path: { name: of.model } }, body: { team } })

const removed = (of: Shared, team: string) =>
  'dataset' in of
    ? api.DELETE('/v1/datasets/{id}/shares/{team}', { params: { path: { id: of.dataset, team } } })
    : api.DELETE('/v1/models/{name}/shares/{team}', { params: { path: { name: of.model, team } } })
