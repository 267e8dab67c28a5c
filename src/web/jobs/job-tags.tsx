import { Link } from '@tanstack/react-router'
import { Tag } from 'lucide-react'
import { useState } from 'react'
import { jobName, type JobSummary } from '../shared/jobs.ts'
import { TagsDialog } from '../shared/tags-dialog.tsx'
import { IconButton } from '../ui/button.tsx'

/** The tags of a job, each of which leads to the jobs that have it. */
export function JobTags({ job }: { job: JobSummary }) {
  const [isEdited, setEdited] = useState(false)
  return (
    <span className="jobs-tags">
      {job.tags.map((tag) => (
        <Link key={tag} to="/jobs" search={(search) => ({ ...search, tag })} className="badge jobs-tag">
          {tag}
        </Link>
      ))}
      <IconButton
        size="small"
        label={`Edit the tags of ${jobName(job)}`}
        icon={<Tag aria-hidden />}
        onClick={() => setEdited(true)}
      />
      {isEdited && <TagsDialog job={job} onClose={() => setEdited(false)} />}
    </span>
  )
}
