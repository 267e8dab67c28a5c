import { CircleHelp } from 'lucide-react'
import { useState } from 'react'
import { jobName, type JobSummary } from '../shared/jobs.ts'
import { WhyDialog } from '../shared/why-waiting.tsx'
import { StateBadge } from '../ui/badge.tsx'
import { IconButton } from '../ui/button.tsx'

/** The state; of a job that waits, with the question why. */
export function JobState({ job }: { job: JobSummary }) {
  const [isAsked, setAsked] = useState(false)
  return (
    <span className="jobs-state" title={job.reason?.detail}>
      <StateBadge state={job.state} />
      {job.state === 'queued' && (
        <>
          <IconButton
            size="small"
            label={`Why ${jobName(job)} waits`}
            icon={<CircleHelp aria-hidden />}
            onClick={() => setAsked(true)}
          />
          <WhyDialog job={job} open={isAsked} onClose={() => setAsked(false)} />
        </>
      )}
    </span>
  )
}
