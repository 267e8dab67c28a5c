import { useQuery, type QueryKey } from '@tanstack/react-query'
import { useState } from 'react'
import type { components } from '../../../clients/typescript/src/schema.ts'
import { data } from '../api.ts'
import { everyMs } from '../queries.ts'
import { Button } from '../ui/button.tsx'
import { CodeBlock } from '../ui/code-block.tsx'
import { ErrorState, Loading } from '../ui/states.tsx'
import { useSave } from './save-file.ts'

type Line = components['schemas']['LogLine']

interface LogTextProps {
  queryKey: QueryKey
  /** Reads the end of the log. */
  read: (signal: AbortSignal) => Promise<Line[]>
  /** Whether nothing more is written. */
  isOver: boolean
  download: string
}

/** Lines of an answer that may also be a text. */
export async function linesOf(
  call: Promise<{ data?: string | { data: Line[] }; error?: unknown; response: Response }>,
): Promise<Line[]> {
  const log = await data(call)
  return typeof log === 'string' ? [] : log.data
}

/** The end of a log, for who wants to see it. */
export function LogText({ queryKey, read, isOver, download }: LogTextProps) {
  const [isOpen, setOpen] = useState(false)
  const save = useSave()
  const log = useQuery({
    queryKey: [...queryKey, 'log'],
    queryFn: ({ signal }) => read(signal),
    enabled: isOpen,
    refetchInterval: everyMs(2000, () => isOver),
  })
  return (
    <div className="stack tight">
      <div className="row">
        <Button size="small" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          {isOpen ? 'Hide the log' : 'Show the log'}
        </Button>
        {isOpen && (
          <Button
            size="small"
            busy={save.isPending}
            onClick={() => save.mutate({ path: download, fileName: 'log.txt' })}
          >
            Download the log
          </Button>
        )}
      </div>
      {isOpen && log.isPending && <Loading />}
      {isOpen && log.isError && <ErrorState error={log.error} onRetry={() => void log.refetch()} />}
      {isOpen && log.data?.length === 0 && <p className="faint">The log is empty.</p>}
      {isOpen && log.data !== undefined && log.data.length > 0 && (
        <CodeBlock label="Log" code={log.data.map(({ at, text }) => `${at.slice(11, 19)} ${text}`).join('\n')} />
      )}
    </div>
  )
}
