import { useMutation, useQueryClient, type QueryKey, type UseMutationResult } from '@tanstack/react-query'
import { useToast } from '../ui/toast.tsx'

interface ChangeOptions {
  /** What is read again afterwards. */
  keys: readonly QueryKey[]
  /** What is said when it is done. */
  done?: string
  /** Where the place itself shows the reason, nothing is said of a failure. */
  quiet?: boolean
}

/** Something that is changed: what depends on it is read again, and what has happened is said. */
export function useChange<Input = void, Output = unknown>(
  change: (input: Input) => Promise<Output>,
  { keys, done, quiet = false }: ChangeOptions,
): UseMutationResult<Output, Error, Input> {
  const queries = useQueryClient()
  const toast = useToast()
  return useMutation({
    mutationFn: change,
    onSuccess: async () => {
      if (done !== undefined) toast.done(done)
      await Promise.all(keys.map((queryKey) => queries.invalidateQueries({ queryKey })))
    },
    onError: (error) => {
      if (!quiet) toast.error(error)
    },
  })
}
