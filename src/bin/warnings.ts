import type { SubmittedJob } from '../service/scheduling-resources.ts'
import { warn } from './print.ts'

/** What is to be known of a job that was accepted. */
export function printWarnings({ warnings, waitingFor }: SubmittedJob): void {
  for (const { pointer, detail } of warnings) warn(`${pointer} ${detail}`)
  if (waitingFor !== null) warn(waitingFor.detail)
}
