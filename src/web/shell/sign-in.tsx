import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useRouterState } from '@tanstack/react-router'
import { useState, type SyntheticEvent } from 'react'
import { endedQuery, signInOptionsQuery, signInWithKey } from '../session.ts'
import { Button } from '../ui/button.tsx'
import { TextField } from '../ui/field.tsx'
import { Page } from '../ui/page.tsx'
import { ErrorState } from '../ui/states.tsx'
import './sign-in.css'

/** With the organisation's provider where there is one, or with an API key, which the browser keeps only as the cookie of a session. */
export function SignIn() {
  const { data: options, isError, refetch } = useQuery(signInOptionsQuery)
  const { data: ended } = useQuery(endedQuery)
  return (
    <Page title="Sign in" narrow>
      {ended !== null && (
        <p className="sign-in-ended" role="status">
          You have been signed out. {ended}
        </p>
      )}
      {options?.organization === true && <WithOrganisation />}
      <WithKey alone={options?.organization !== true} />
      {isError && (
        <p className="small faint">
          Whether your organisation signs people in here could not be read.{' '}
          <Button size="small" onClick={() => void refetch()}>
            Try again
          </Button>
        </p>
      )}
      {options !== undefined && <p className="small faint">Anneal {options.version}</p>}
    </Page>
  )
}

/** The provider leads back to the page that was asked for. */
function WithOrganisation() {
  const href = useRouterState({ select: ({ location }) => location.href })
  const { pathname, search } = new URL(href, window.location.origin)
  return (
    <>
      <a className="button primary" href={`/v1/sign-in?to=${encodeURIComponent(pathname + search)}`}>
        Sign in with your organisation
      </a>
      <p className="sign-in-or">or</p>
    </>
  )
}

function WithKey({ alone }: { alone: boolean }) {
  const queries = useQueryClient()
  const [apiKey, setApiKey] = useState('')
  const signIn = useMutation({ mutationFn: () => signInWithKey(queries, apiKey.trim()) })
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault()
    signIn.mutate()
  }
  return (
    <form className="stack" onSubmit={submit}>
      <TextField
        label="API key"
        type="password"
        autoComplete="current-password"
        required
        value={apiKey}
        onChange={setApiKey}
        description={
          <>
            It begins with <code>ak_</code>. <code>anneal serve</code> writes the first one to{' '}
            <code>.anneal/credentials.json</code>; more are made on the page Team.
          </>
        }
      />
      {signIn.isError && <ErrorState error={signIn.error} />}
      <Button type="submit" kind={alone ? 'primary' : 'plain'} busy={signIn.isPending}>
        Sign in
      </Button>
    </form>
  )
}
