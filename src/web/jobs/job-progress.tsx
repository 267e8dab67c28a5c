import { duration, percent } from '../format.ts'
import { isEnded, jobName, type JobSummary } from '../shared/jobs.ts'
import { Progress } from '../ui/progress.tsx'

/** How far a job is; of one that has ended before its last step, how far it came. */
export function JobProgress({ job }: { job: JobSummary }) {
  const { progress } = job
  if (progress === null || progress.totalSteps === 0) return <span className="faint">–</span>
  const share = Math.min(1, progress.step / progress.totalSteps)
  return (
    <div className="jobs-progress">
      <Progress label={`Progress of ${jobName(job)}`} value={share} />
      <span className="faint small">
        {percent(share, 0)}
        {!isEnded(job) && progress.secondsLeft > 0 && `, ${duration(progress.secondsLeft)} left`}
      </span>
    </div>
  )
}
