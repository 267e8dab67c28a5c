import { Link } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import { dateTime, duration, figure, percent } from '../format.ts'
import { isEnded, type Job } from '../shared/jobs.ts'
import { pathOf } from '../shared/spec-fields.ts'
import { WhyDialog } from '../shared/why-waiting.tsx'
import { Badge } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { Facts } from '../ui/card.tsx'
import { CopyButton } from '../ui/copy-button.tsx'
import { Progress } from '../ui/progress.tsx'
import { Time } from '../ui/time.tsx'

/** How a job is doing, and what it is: in words where it waits or went wrong. */
export function JobHead({ job }: { job: Job }) {
  return (
    <section className="card job-head" aria-label="Summary">
      <Reason job={job} />
      <JobProgress job={job} />
      <Facts facts={factsOf(job)} />
      {job.tags.length > 0 && (
        <p className="row">
          {job.tags.map((tag) => (
            <Link key={tag} to="/jobs" search={{ tag }} className="job-tag">
              <Badge>{tag}</Badge>
            </Link>
          ))}
        </p>
      )}
      {job.notes !== '' && <p className="job-notes break">{job.notes}</p>}
      {job.warnings.length > 0 && <Warnings job={job} />}
    </section>
  )
}

function Reason({ job }: { job: Job }) {
  const [isAsked, setAsked] = useState(false)
  const { reason, state, notBefore } = job
  const waits = state === 'queued'
  return (
    <>
      {reason !== null && (
        <div className={state === 'failed' ? 'job-reason bad' : 'job-reason'}>
          <p className="break">{reason.detail}</p>
          <p className="small faint">
            {FAULTS[reason.fault]} <code>{reason.code}</code>
            {waits && notBefore !== null && ` It is tried again at ${dateTime(notBefore)}.`}
          </p>
        </div>
      )}
      {waits && (
        <p className="row">
          <span>{job.blocked ? 'It waits for what it runs after.' : 'It waits for a worker.'}</span>
          <Button size="small" onClick={() => setAsked(true)}>
            Why does it wait?
          </Button>
          <WhyDialog job={job} open={isAsked} onClose={() => setAsked(false)} />
        </p>
      )}
      {job.datasetDeleted && (
        <p className="job-reason">The version of the data set was deleted: the job cannot run again.</p>
      )}
    </>
  )
}

const FAULTS: Readonly<Record<NonNullable<Job['reason']>['fault'], string>> = {
  user: 'Change the spec and submit it again.',
  data: 'The data set has to be changed.',
  capacity: 'The machine was too small for it.',
  infra: 'A fault of the machines, not of the job.',
  poison: 'Workers died while they ran it.',
}

function JobProgress({ job }: { job: Job }) {
  const { progress } = job
  if (isEnded(job) && job.state === 'succeeded') return null
  if (progress === null || progress.totalSteps === 0)
    return job.state === 'starting' ? <Progress label="Starting" value={null} /> : null
  const share = Math.min(1, progress.step / progress.totalSteps)
  return (
    <div>
      <Progress label="Steps done" value={share} />
      <p className="faint small">
        {percent(share, 0)}: step {figure(progress.step)} of {figure(progress.totalSteps)}, epoch{' '}
        {progress.epoch.toFixed(2)} of {figure(progress.epochs)}
        {!isEnded(job) && progress.secondsLeft > 0 && `, about ${duration(progress.secondsLeft)} left`}
      </p>
    </div>
  )
}

function Warnings({ job }: { job: Job }) {
  return (
    <div className="job-warnings">
      <strong>Warnings</strong>
      <ul>
        {job.warnings.map(({ pointer, detail }) => (
          <li key={`${pointer} ${detail}`} className="break">
            <code>{pathOf(pointer)}</code> {detail}
          </li>
        ))}
      </ul>
    </div>
  )
}

type Fact = readonly [string, ReactNode]

function factsOf(job: Job): Fact[] {
  const { progress } = job
  const live: Fact[] =
    progress === null
      ? []
      : [
          ['Validation accuracy', percent(progress.valAccuracy)],
          ['Training loss', figure(progress.loss)],
          ['Images per second', figure(progress.imagesPerSecond)],
        ]
  return [
    ...(job.accuracy === null ? [] : [['Test accuracy', <strong key="a">{percent(job.accuracy, 2)}</strong>] as Fact]),
    ...live,
    [
      'Data set',
      <Link key="d" to="/datasets/$id" params={{ id: job.dataset }}>
        {job.datasetName} v{job.datasetVersion}
      </Link>,
    ],
    ['Model', job.model ?? '–'],
    ['Device time', duration(job.ranSeconds)],
    ...origins(job),
    ...limits(job),
    ['Submitted by', job.submittedBy ?? 'an API key'],
    ['Created', <Time key="c" at={job.createdAt} />],
    ...(job.endedAt === null ? [] : [['Ended', <Time key="e" at={job.endedAt} />] as Fact]),
    [
      'Id',
      <span key="i" className="row job-id">
        <span className="mono">{job.id}</span> <CopyButton text={job.id} label="Copy the id" />
      </span>,
    ],
  ]
}

function origins({ sweep, forkOf, kind, attempt }: Job): Fact[] {
  return [
    ...(kind === 'fit' ? [] : [['Kind', kind] as Fact]),
    ...(attempt > 1 ? [['Attempt', figure(attempt)] as Fact] : []),
    ...(sweep === null
      ? []
      : [
          [
            'Trial of',
            <Link key="s" to="/sweeps/$id" params={{ id: sweep }}>
              {sweep}
            </Link>,
          ] as Fact,
        ]),
    ...(forkOf === null
      ? []
      : [
          [
            forkOf.mode === 'continue' ? 'Continues' : 'Starts from',
            <Link key="f" to="/jobs/$id" params={{ id: forkOf.job }}>
              {forkOf.job}
            </Link>,
          ] as Fact,
        ]),
  ]
}

function limits({ priority, deadline, maxRunSeconds, maxWaitSeconds }: Job): Fact[] {
  return [
    ...(priority === 0 ? [] : [['Priority', String(priority)] as Fact]),
    ...(deadline === null ? [] : [['Deadline', dateTime(deadline)] as Fact]),
    ...(maxRunSeconds === null ? [] : [['Maximum device time', duration(maxRunSeconds)] as Fact]),
    ...(maxWaitSeconds === null ? [] : [['Maximum wait', duration(maxWaitSeconds)] as Fact]),
  ]
}
