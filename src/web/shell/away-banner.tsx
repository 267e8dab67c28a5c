import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { isAway } from '../api.ts'
import { Button } from '../ui/button.tsx'

/** Says that what is shown is old, while the service does not answer. */
export function AwayBanner() {
  const queries = useQueryClient()
  const [isGone, setGone] = useState(false)
  useEffect(() => {
    const cache = queries.getQueryCache()
    return cache.subscribe(() => {
      setGone(cache.getAll().some(({ state }) => state.data !== undefined && isAway(state.fetchFailureReason)))
    })
  }, [queries])
  if (!isGone) return null
  return (
    <div className="away-banner" role="status">
      <span>The service does not answer. What you see may be out of date; the page keeps trying.</span>
      <Button size="small" onClick={() => void queries.refetchQueries({ type: 'active' })}>
        Try now
      </Button>
    </div>
  )
}
