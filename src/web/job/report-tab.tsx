import { useQuery } from '@tanstack/react-query'
import { isEnded, type Job } from '../shared/jobs.ts'
import { hasReport, reportQuery, type Report } from '../shared/report.ts'
import { EmptyState, ErrorState, Loading } from '../ui/states.tsx'
import { CalibrationCard } from './calibration-card.tsx'
import { ClassesCard } from './classes-card.tsx'
import { ConfusionCard } from './confusion-card.tsx'
import { CoverageCard } from './coverage-card.tsx'
import { HeadlineCard } from './headline-card.tsx'
import { OpenSetCard } from './open-set-card.tsx'
import { PrecisionRecallCard } from './precision-recall-card.tsx'
import { RobustnessCard } from './robustness-card.tsx'
import { SlicesCard } from './slices-card.tsx'

export function ReportTab({ job }: { job: Job }) {
  const report = useQuery({ ...reportQuery(job.id), enabled: hasReport(job) })
  if (report.data !== undefined) return <ReportCards job={job} report={report.data} />
  if (report.isError) return <ErrorState error={report.error} onRetry={() => void report.refetch()} />
  if (hasReport(job)) return <Loading what="Loading the report" />
  return <NoReport job={job} />
}

/** Until there is one. */
export function NoReport({ job }: { job: Job }) {
  if (isEnded(job)) return <EmptyState title="The job ended without a report." />
  return (
    <EmptyState title="There is no report yet.">
      When training has ended, the model is evaluated on images that it has not seen.
    </EmptyState>
  )
}

function ReportCards({ job, report }: { job: Job; report: Report }) {
  return (
    <>
      <HeadlineCard job={job} report={report} />
      <ConfusionCard job={job} report={report} />
      <ClassesCard report={report} />
      {report.curves !== undefined && <PrecisionRecallCard curves={report.curves} />}
      {report.selective !== undefined && <CoverageCard selective={report.selective} />}
      <CalibrationCard report={report} />
      {report.openSet !== undefined && <OpenSetCard openSet={report.openSet} />}
      {report.robustness !== undefined && <RobustnessCard robustness={report.robustness} />}
      {report.slices !== undefined && report.slices.attributes.length > 0 && <SlicesCard slices={report.slices} />}
    </>
  )
}
