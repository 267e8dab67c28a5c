import { useEffect, useRef, useState, type ReactNode, type UIEvent } from 'react'
import { counted } from '../format.ts'
import { DownloadButton } from '../shared/download-button.tsx'
import { isEnded, type Job } from '../shared/jobs.ts'
import { MAX_LINES, type LogLine } from '../shared/log-lines.ts'
import { useLog } from '../shared/log-stream.ts'
import { Card } from '../ui/card.tsx'
import { Checkbox, SelectField, TextField } from '../ui/field.tsx'
import { ErrorState, Loading } from '../ui/states.tsx'
import { levelOf, matches, type LogFilter } from './log-lines.ts'

const STREAMS = ['stdout', 'stderr', 'anneal'] as const
const NEAR_PIXELS = 30

/** What the job prints, as it comes. */
export function LogTab({ job }: { job: Job }) {
  const [filter, setFilter] = useState<LogFilter>({ text: '', stream: '', level: '' })
  const [isFollowed, setFollowed] = useState(true)
  const path = `/v1/jobs/${job.id}/logs`
  const log = useLog(path, { isOver: isEnded(job) })
  const all = log.lines ?? []
  const lines = all.filter((line) => matches(line, filter))
  return (
    <Card title="Log" actions={<DownloadButton path={path} fileName={`${job.id}.log`} accept="text/plain" />}>
      <LogFilters filter={filter} onChange={setFilter}>
        <Checkbox label="Follow" checked={isFollowed} onChange={setFollowed} />
      </LogFilters>
      {log.error !== undefined && <ErrorState error={log.error} onRetry={log.retry} />}
      {log.lines === undefined && log.error === undefined && <Loading what="Loading the log" />}
      {log.lines !== undefined && (
        <Lines lines={lines} isFollowed={isFollowed} onFollow={setFollowed}>
          {all.length > 0
            ? 'No line matches.'
            : isEnded(job)
              ? 'The job has printed nothing.'
              : 'Nothing yet; lines appear as they are printed.'}
        </Lines>
      )}
      <p className="faint small">
        {lines.length < all.length && `${lines.length} of ${counted(all.length, 'line')}. `}
        {all.length >= MAX_LINES && `These are the last ${counted(MAX_LINES, 'line')}; the download has all of them.`}
      </p>
    </Card>
  )
}

interface LogFiltersProps {
  filter: LogFilter
  onChange: (filter: LogFilter) => void
  children: ReactNode
}

function LogFilters({ filter, onChange, children }: LogFiltersProps) {
  return (
    <div className="row">
      <TextField
        label="Filter the log"
        hideLabel
        type="search"
        placeholder="Lines that contain"
        value={filter.text}
        onChange={(text) => onChange({ ...filter, text })}
      />
      <SelectField
        label="Level"
        hideLabel
        value={filter.level}
        onChange={(level) => onChange({ ...filter, level })}
        options={[
          { value: '', label: 'All levels' },
          { value: 'warning', label: 'Warnings and errors' },
          { value: 'error', label: 'Errors' },
        ]}
      />
      <SelectField
        label="Stream"
        hideLabel
        value={filter.stream}
        onChange={(stream) => onChange({ ...filter, stream })}
        options={[{ value: '', label: 'All streams' }, ...STREAMS.map((value) => ({ value, label: value }))]}
      />
      {children}
    </div>
  )
}

interface LinesProps {
  lines: readonly LogLine[]
  isFollowed: boolean
  onFollow: (isFollowed: boolean) => void
  /** Where there is no line. */
  children: string
}

/** Stays at its end while it is followed; whoever scrolls up reads on there, and follows it again at the end. */
function Lines({ lines, isFollowed, onFollow, children }: LinesProps) {
  const panel = useRef<HTMLDivElement>(null)
  const last = lines.at(-1)?.id
  useEffect(() => {
    if (isFollowed && panel.current !== null) panel.current.scrollTop = panel.current.scrollHeight
  }, [isFollowed, last])
  const scrolled = ({ currentTarget: { scrollTop, clientHeight, scrollHeight } }: UIEvent): void => {
    const isAtEnd = scrollHeight - clientHeight - scrollTop < NEAR_PIXELS
    if (isAtEnd !== isFollowed) onFollow(isAtEnd)
  }
  return (
    <div ref={panel} className="job-log" role="log" aria-live="off" aria-label="Lines" tabIndex={0} onScroll={scrolled}>
      {lines.length === 0 && <p className="faint">{children}</p>}
      {lines.map((line) => (
        <div key={line.id} className={levelOf(line)}>
          <span className="faint">
            {new Date(line.at).toLocaleTimeString()} {line.attempt} {line.stream}{' '}
          </span>
          {line.text}
        </div>
      ))}
    </div>
  )
}
