import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState, type SyntheticEvent } from 'react'
import { Button } from '../ui/button.tsx'
import { TextField } from '../ui/field.tsx'
import { Page } from '../ui/page.tsx'
import { ErrorState } from '../ui/states.tsx'
import { signInAsOperator } from './operator.ts'

export function OperatorSignIn() {
  const queries = useQueryClient()
  const [token, setToken] = useState('')
  const signIn = useMutation({ mutationFn: () => signInAsOperator(queries, token.trim()) })
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault()
    signIn.mutate()
  }
  return (
    <Page title="Administration" narrow>
      <p className="faint">For operators of this service. Teams sign in with their own keys on the other pages.</p>
      <form className="stack" onSubmit={submit}>
        <TextField
          label="Token of an operator"
          type="password"
          autoComplete="current-password"
          required
          value={token}
          onChange={setToken}
          description={
            <>
              One of those that the service was started with in <code>ANNEAL_OPERATOR_TOKENS</code>.
            </>
          }
        />
        {signIn.isError && <ErrorState error={signIn.error} />}
        <Button type="submit" kind="primary" busy={signIn.isPending}>
          Sign in
        </Button>
      </form>
    </Page>
  )
}
