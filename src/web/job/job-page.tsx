import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { AnnealError } from '../api.ts'
import { jobName, jobQuery, type Job } from '../shared/jobs.ts'
import { StateBadge } from '../ui/badge.tsx'
import { ButtonLink } from '../ui/button.tsx'
import { Page } from '../ui/page.tsx'
import { EmptyState, ErrorState, Loading } from '../ui/states.tsx'
import { Tabs } from '../ui/tabs.tsx'
import { CurvesTab } from './curves-tab.tsx'
import { EventsTab } from './events-tab.tsx'
import { JobActions } from './job-actions.tsx'
import { JobHead } from './job-head.tsx'
import './job.css'
import { LogTab } from './log-tab.tsx'
import { MistakesTab } from './mistakes-tab.tsx'
import { ModelTab } from './model-tab.tsx'
import { ReportTab } from './report-tab.tsx'
import { TABS, type TabId } from './search.ts'
import { SpecTab } from './spec-tab.tsx'

const route = getRouteApi('/jobs/$id')

export function JobPage() {
  const { id } = route.useParams()
  const job = useQuery(jobQuery(id))
  if (job.data !== undefined) return <JobView job={job.data} />
  if (!job.isError) return <Loading what="Loading the job" />
  if (job.error instanceof AnnealError && job.error.status === 404) return <Gone id={id} />
  return (
    <Page title="This job cannot be shown" above={<ToJobs />}>
      <ErrorState error={job.error} onRetry={() => void job.refetch()} action={<ToJobs />} />
    </Page>
  )
}

const ToJobs = () => <Link to="/jobs">Jobs</Link>

function Gone({ id }: { id: string }) {
  return (
    <Page title="There is no such job" above={<ToJobs />}>
      <EmptyState
        title={`Your team has no job ${id}.`}
        action={
          <ButtonLink kind="primary" to="/jobs">
            Go to the jobs
          </ButtonLink>
        }
      >
        It was deleted, or belongs to another team. A job that was deleted lately can be restored from the trash on the
        page of the team; if you are a member of several teams, choose the other one in the menu of your account.
      </EmptyState>
    </Page>
  )
}

const LABELS: Readonly<Record<TabId, string>> = {
  curves: 'Curves',
  report: 'Report',
  mistakes: 'Mistakes',
  spec: 'Spec',
  log: 'Log',
  events: 'Events',
  model: 'Model',
}

function JobView({ job }: { job: Job }) {
  const { tab = 'curves' } = route.useSearch()
  const navigate = route.useNavigate()
  const open = (id: string): void => {
    const next = TABS.find((each) => each === id)
    void navigate({ search: (search) => ({ ...search, tab: next }), resetScroll: false })
  }
  const name = jobName(job)
  return (
    <Page
      title={name}
      tabTitle={`${name} · ${job.state}`}
      above={<ToJobs />}
      beside={
        <span role="status">
          <StateBadge state={job.state} />
        </span>
      }
      actions={<JobActions job={job} />}
    >
      <JobHead job={job} />
      <Tabs
        value={tab}
        onChange={open}
        tabs={TABS.map((id) => ({ id, label: LABELS[id], content: () => <TabContent id={id} job={job} /> }))}
      />
    </Page>
  )
}

function TabContent({ id, job }: { id: TabId; job: Job }) {
  switch (id) {
    case 'curves':
      return <CurvesTab job={job} />
    case 'report':
      return <ReportTab job={job} />
    case 'mistakes':
      return <MistakesTab job={job} />
    case 'spec':
      return <SpecTab job={job} />
    case 'log':
      return <LogTab job={job} />
    case 'events':
      return <EventsTab job={job} />
    case 'model':
      return <ModelTab job={job} />
  }
}
