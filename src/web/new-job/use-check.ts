import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import type { components } from '../../../clients/typescript/src/schema.ts'
import type { JobSubmission } from '../../../clients/typescript/src/types.ts'
import { AnnealError, api, data, isAway } from '../api.ts'

export type Checked = components['schemas']['ValidateJobResponse']

export interface Check {
  /** The last answer for this data set: the defaults that the form shows while something is wrong. */
  checked: Checked | undefined
  /** Why the service would refuse it as it is now. */
  problem: AnnealError | undefined
  isChecking: boolean
}

const PAUSE_MS = 350

/** Asks the service what a job would be, a moment after the last key. */
export function useCheck(body: JobSubmission | undefined): Check {
  const client = useQueryClient()
  const now = JSON.stringify(body) ?? ''
  const asked = useLater(now)
  const isReady = asked !== ''
  const check = useQuery({
    queryKey: ['jobs:validate', asked],
    queryFn: async ({ signal }) => {
      const lastKey = ['jobs:validate-last', body?.dataset]
      try {
        const checked = await data(api.POST('/v1/jobs:validate', { body: JSON.parse(asked) as JobSubmission, signal }))
        client.setQueryData(lastKey, checked)
        return { checked, problem: undefined }
      } catch (error) {
        if (!(error instanceof AnnealError) || isAway(error)) throw error
        return { checked: client.getQueryData<Checked>(lastKey), problem: error }
      }
    },
    enabled: isReady,
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  })
  const away = check.error instanceof AnnealError ? check.error : undefined
  return {
    checked: check.data?.checked,
    problem: away ?? check.data?.problem,
    isChecking: now !== asked || check.isFetching,
  }
}

/** A text once it has not changed for a moment. */
function useLater(text: string): string {
  const [later, setLater] = useState(text)
  useEffect(() => {
    const timer = window.setTimeout(() => setLater(text), PAUSE_MS)
    return () => window.clearTimeout(timer)
  }, [text])
  return later
}
