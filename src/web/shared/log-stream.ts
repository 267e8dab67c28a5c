import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState, useSyncExternalStore } from 'react'
import { events, file } from '../api.ts'
import { appended, MAX_LINES, type LogLine } from './log-lines.ts'

/** Lines that come together are drawn together. */
const GATHERED_MS = 100

export interface Log {
  /** The last ones; undefined until they are read. */
  lines: readonly LogLine[] | undefined
  /** Why nothing more comes, where it was not the end. */
  error: unknown
  /** Begins again, after the last line that has come. */
  retry: () => void
}

interface LogOptions {
  /** Whether the process has ended: another attempt is followed anew. */
  isOver: boolean
  enabled?: boolean
}

/**
 * The end of a log, and each line that is added to it: a stream that is resumed after its last line where it breaks. It is closed while nobody
 * sees the tab, since a browser opens few connections to a host.
 */
export function useLog(path: string, { isOver, enabled = true }: LogOptions): Log {
  const queries = useQueryClient()
  const isVisible = useSyncExternalStore(onVisibility, () => document.visibilityState === 'visible')
  const [failure, setFailure] = useState<unknown>()
  const [attempt, setAttempt] = useState(0)
  const end = useQuery({
    queryKey: logKey(path),
    queryFn: async ({ signal }): Promise<readonly LogLine[]> => {
      const answer = await file(`${path}?tail=${MAX_LINES}`, signal, 'application/json')
      return ((await answer.json()) as { data: LogLine[] }).data
    },
    staleTime: Infinity,
    enabled,
  })
  const isFollowed = enabled && isVisible && end.isSuccess
  useEffect(() => {
    if (!isFollowed) return
    const stop = new AbortController()
    const lines = (): readonly LogLine[] => queries.getQueryData<readonly LogLine[]>(logKey(path)) ?? []
    const add = (added: readonly LogLine[]): void => {
      queries.setQueryData(logKey(path), appended(lines(), added))
      setFailure(undefined)
    }
    gathered(events(path, lines().at(-1)?.id ?? '0', stop.signal), add).catch((error: unknown) => {
      if (!stop.signal.aborted) setFailure(error)
    })
    return () => stop.abort()
  }, [isFollowed, isOver, path, attempt, queries])
  return {
    lines: end.data,
    error: end.isError ? end.error : failure,
    retry() {
      setFailure(undefined)
      if (end.isError) void end.refetch()
      else setAttempt(attempt + 1)
    },
  }
}

const logKey = (path: string): readonly string[] => ['log', path]

function onVisibility(listener: () => void): () => void {
  document.addEventListener('visibilitychange', listener)
  return () => document.removeEventListener('visibilitychange', listener)
}

/** Hands over what comes within a moment as one. */
async function gathered(
  stream: AsyncIterable<{ data: unknown }>,
  add: (lines: readonly LogLine[]) => void,
): Promise<void> {
  let lines: LogLine[] = []
  let timer: ReturnType<typeof setTimeout> | undefined
  const flush = (): void => {
    clearTimeout(timer)
    timer = undefined
    if (lines.length > 0) add(lines)
    lines = []
  }
  try {
    for await (const { data } of stream) {
      lines.push(data as LogLine)
      timer ??= setTimeout(flush, GATHERED_MS)
    }
  } finally {
    flush()
  }
}
