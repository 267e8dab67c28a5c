import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState, type SyntheticEvent } from 'react'
import { signInOptionsQuery, signInWithKey } from '../session.ts'
import { Button } from '../ui/button.tsx'
import { TextField } from '../ui/field.tsx'
import { Page } from '../ui/page.tsx'
import { ErrorState } from '../ui/states.tsx'

/** With the organisation's provider where there is one, or with an API key, which the browser keeps only as the cookie of a session. */
export function SignIn() {
  const queries = useQueryClient()
  const { data: options } = useQuery(signInOptionsQuery)
  const [apiKey, setApiKey] = useState('')
  const signIn = useMutation({ mutationFn: () => signInWithKey(queries, apiKey.trim()) })
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault()
    signIn.mutate()
  }
  return (
    <Page title="Sign in" narrow>
      {options?.organization === true && (
        <a className="button primary" href="/v1/sign-in">
          Sign in with your organisation
        </a>
      )}
      <form className="stack" onSubmit={submit}>
        <TextField
          label="API key"
          type="password"
          autoComplete="current-password"
          required
          value={apiKey}
          onChange={setApiKey}
          description="Of a team. `anneal serve` prints where it keeps the first one (.anneal/credentials.json); later ones are made on the page Team."
        />
        {signIn.isError && <ErrorState error={signIn.error} />}
        <Button type="submit" kind="primary" busy={signIn.isPending}>
          Sign in
        </Button>
      </form>
    </Page>
  )
}
