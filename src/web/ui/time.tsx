import { useEffect, useState } from 'react'
import { ago, dateTime } from '../format.ts'

const EVERY_MS = 20_000

/** How long ago it was, with the moment itself in the reader's zone. */
export function Time({ at }: { at: string }) {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    const timer = window.setInterval(() => setNow(Date.now()), EVERY_MS)
    return () => window.clearInterval(timer)
  }, [])
  return (
    <time dateTime={at} title={dateTime(at)}>
      {ago(at, now)}
    </time>
  )
}
