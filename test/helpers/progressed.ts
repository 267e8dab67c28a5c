import type { Job } from '../../src/service/resources.ts'

/** Steps that a job makes before it is disturbed for the first time. */
const FIRST_STEPS = 20

/** How far each job had come in the attempt that was disturbed last: only one that has got further is disturbed again, since one that does not is given up. */
export class Progressed {
  private readonly disturbed = new Map<string, { attempt: number; step: number }>()

  note(jobs: readonly Job[]): void {
    for (const { id, attempt, progress } of jobs) {
      const before = this.disturbed.get(id)
      if (before?.attempt === attempt) before.step = Math.max(before.step, progress?.step ?? 0)
    }
  }

  /** Whether a running job has got further since it was disturbed. */
  has(job: Job | undefined): boolean {
    if (job?.state !== 'running') return false
    const { step, attempt } = this.disturbed.get(job.id) ?? { step: FIRST_STEPS, attempt: 0 }
    return job.attempt > attempt && (job.progress?.step ?? 0) > step
  }

  disturb({ id, attempt, progress }: Job): void {
    this.disturbed.set(id, { attempt, step: progress?.step ?? 0 })
  }
}
