import type { Client } from '../client/client.ts'
import type { Job } from '../service/resources.ts'
import { show } from './print.ts'
import { progressBar, trainingNote } from './progress.ts'
import { percent } from './shown.ts'

/** Follows a job to its end, with progress. */
export async function followJob(client: Client, id: string): Promise<Job> {
  const bar = progressBar('training')
  let total = 1
  let validation: number | undefined
  try {
    for await (const { type, data } of client.events(id)) {
      if (type === 'started') total = (data as { totalSteps: number }).totalSteps
      if (type !== 'metrics') continue
      const { step, values } = data as { step: number; values: Record<string, number> }
      validation = values['val/accuracy'] ?? validation
      if ('train/loss' in values) bar.update(step, total, trainingNote(values, { validation }))
    }
  } finally {
    bar.stop()
  }
  return client.get<Job>(`/v1/jobs/${encodeURIComponent(id)}`)
}

/** Follows a job and prints how it ended: well where it succeeded or was stopped, which keeps and reports its weights. */
export async function showEnd(client: Client, id: string): Promise<void> {
  const job = await followJob(client, id)
  const accuracy = job.accuracy === null ? '' : `, test accuracy ${percent(job.accuracy)}`
  show({
    value: job,
    text: `${job.state}${accuracy}${job.reason === null ? '' : `: ${job.reason.detail}`}\n`,
    ids: [job.id],
  })
  if (job.state !== 'succeeded' && job.state !== 'stopped') process.exitCode = 1
}
