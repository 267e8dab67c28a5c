import { useState } from 'react'
import { Button } from '../ui/button.tsx'
import { CodeBlock } from '../ui/code-block.tsx'
import { ErrorState, Loading } from '../ui/states.tsx'
import { useLog } from './log-stream.ts'
import { useSave } from './save-file.ts'

interface LogTextProps {
  /** Of the log, in the API. */
  path: string
  /** Whether nothing more is written. */
  isOver: boolean
}

/** The end of a log, for who wants to see it, as it grows. */
export function LogText({ path, isOver }: LogTextProps) {
  const [isOpen, setOpen] = useState(false)
  const save = useSave()
  const { lines, error, retry } = useLog(path, { isOver, enabled: isOpen })
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
            onClick={() => save.mutate({ path, fileName: 'log.txt', accept: 'text/plain' })}
          >
            Download the log
          </Button>
        )}
      </div>
      {isOpen && lines === undefined && error === undefined && <Loading />}
      {isOpen && error !== undefined && <ErrorState error={error} onRetry={retry} />}
      {isOpen && lines?.length === 0 && <p className="faint">The log is empty.</p>}
      {isOpen && lines !== undefined && lines.length > 0 && (
        <CodeBlock label="Log" code={lines.map(({ at, text }) => `${at.slice(11, 19)} ${text}`).join('\n')} />
      )}
    </div>
  )
}
