import type { ReactNode } from 'react'
import { AnnealError } from '../api.ts'
import { Button } from './button.tsx'
import './states.css'

/** Appears after a moment, so that a fast answer does not flicker. */
export function Loading({ what = 'Loading' }: { what?: string }) {
  return (
    <p className="loading" role="status">
      {what}…
    </p>
  )
}

interface EmptyStateProps {
  title: string
  /** What to do about it. */
  children?: ReactNode
  action?: ReactNode
}

export function EmptyState({ title, children, action }: EmptyStateProps) {
  return (
    <div className="empty-state">
      <p className="empty-state-title">{title}</p>
      {children !== undefined && <div className="faint">{children}</div>}
      {action}
    </div>
  )
}

interface ErrorStateProps {
  error: unknown
  onRetry?: () => void
  /** A way on, where trying again is none. */
  action?: ReactNode
}

/** What happened, in the words of the service, each mistake of a request with where it is, and a way on. */
export function ErrorState({ error, onRetry, action }: ErrorStateProps) {
  const known = error instanceof AnnealError ? error : undefined
  return (
    <div className="error-state" role="alert">
      <p>{messageOf(error)}</p>
      {known !== undefined && known.errors.length > 0 && (
        <ul>
          {known.errors.map(({ pointer, detail }) => (
            <li key={`${pointer} ${detail}`}>
              {pointer !== '' && <code>{pointer}</code>} {detail}
            </li>
          ))}
        </ul>
      )}
      {(onRetry !== undefined || action !== undefined) && (
        <div className="row">
          {onRetry !== undefined && (
            <Button size="small" onClick={onRetry}>
              Try again
            </Button>
          )}
          {action}
        </div>
      )}
      {known?.requestId !== undefined && <p className="small faint">Request {known.requestId}</p>}
    </div>
  )
}

export function messageOf(error: unknown): string {
  if (error instanceof AnnealError && error.status === 0)
    return 'The service cannot be reached. Check the connection, or ask whoever runs the service.'
  return error instanceof Error ? error.message : String(error)
}
