import type { SubmittedJob } from '../service/scheduling-resources.ts'

/** What is to be known of a job that was accepted. */
export function printWarnings({ warnings, waitingFor }: SubmittedJob): void {
  for (const { pointer, detail } of warnings) process.stderr.write(`warning: ${pointer} ${detail}\n`)
  if (waitingFor !== null) process.stderr.write(`warning: ${waitingFor.detail}\n`)
}
