import type { ErrorComponentProps } from '@tanstack/react-router'
import { Link, useRouter } from '@tanstack/react-router'
import { Button } from '../ui/button.tsx'
import { Page } from '../ui/page.tsx'
import { EmptyState, ErrorState } from '../ui/states.tsx'

/** An address that no page has. */
export function Missing() {
  return (
    <Page title="Page not found">
      <EmptyState title="There is no page at this address." action={<Link to="/jobs">Go to the jobs</Link>}>
        The link may be old, or was cut off when it was copied.
      </EmptyState>
    </Page>
  )
}

/** What a page shows that failed while it was drawn, such as one whose code could not be loaded. */
export function Broken({ error, reset }: ErrorComponentProps) {
  const router = useRouter()
  const again = (): void => {
    reset()
    void router.invalidate()
  }
  return (
    <Page title="This page cannot be shown">
      <ErrorState error={error} onRetry={again} />
      <Button onClick={() => window.location.reload()}>Reload the page</Button>
    </Page>
  )
}
