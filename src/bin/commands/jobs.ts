import type { Command } from 'commander'
import type { Attempt } from '../../service/attempt-resources.ts'
import type { Job, Page } from '../../service/resources.ts'
import type { Explanation } from '../../service/scheduling-resources.ts'
import { CLIENT_ENVIRONMENT, connect } from '../connect.ts'
import { show } from '../print.ts'
import { duration, localTime, NONE, percent } from '../shown.ts'
import { stateStyle, styled } from '../style.ts'
import { fields, table } from '../table.ts'
import { addCheckpoints } from './checkpoints.ts'
import { addDelete } from './delete.ts'
import { addArtifacts, addCompare, addReport } from './evaluation.ts'
import { addDiff, addFork, addTag } from './fork.ts'
import { addFollow, addJobActions, addJobList, addSubmit } from './job-commands.ts'
import { addLogs } from './logs.ts'
import { addMetrics } from './metrics.ts'

const pathOf = (job: string): string => `/v1/jobs/${encodeURIComponent(job)}`

async function showJob(id: string, { spec = false }: { spec?: boolean }): Promise<void> {
  const job = await (await connect()).get<Job>(pathOf(id))
  if (spec) show({ value: job.spec, text: `${JSON.stringify(job.spec, null, 2)}\n`, ids: [job.specHash] })
  else show({ value: job, text: () => jobText(job), ids: [job.id] })
}

function jobText(job: Job): string {
  const { progress, reason } = job
  const at = progress === null ? null : `epoch ${progress.epoch.toFixed(1)} of ${progress.epochs.toFixed(1)}`
  return fields({
    id: job.id,
    name: job.name,
    state: styled(stateStyle(job.state), job.state),
    reason: reason === null ? null : `${reason.code}: ${reason.detail}`,
    'data set': `${job.datasetName} (${job.dataset}@${job.datasetVersion})${job.datasetDeleted ? ', deleted' : ''}`,
    model: job.model,
    kind: job.kind === 'fit' ? null : job.kind,
    progress: at === null ? null : `${at}, ${duration(progress?.secondsLeft ?? 0)} left`,
    accuracy: job.accuracy === null ? null : percent(job.accuracy),
    sweep: job.sweep,
    'fork of': job.forkOf === null ? null : `${job.forkOf.job}, ${job.forkOf.checkpoint}`,
    after: job.after.join(', '),
    tags: job.tags.join(', '),
    notes: job.notes,
    priority: job.priority === 0 ? null : String(job.priority),
    attempt: String(job.attempt),
    'ran for': duration(job.ranSeconds),
    created: localTime(job.createdAt),
    ended: job.endedAt === null ? null : localTime(job.endedAt),
    'submitted by': job.submittedBy,
    warnings: job.warnings.map(({ pointer, detail }) => `${pointer} ${detail}`).join('; '),
  })
}

async function explain(id: string): Promise<void> {
  const found = await (await connect()).get<Explanation>(`${pathOf(id)}/explain`)
  show({
    value: found,
    text: () =>
      `${found.detail}\n${fields({
        rank: found.rank === null ? null : String(found.rank),
        'waits for': found.waitsFor.map((one) => `${one.id} (${one.state ?? 'deleted'})`).join(', '),
        'expected start': found.expectedStart === null ? null : localTime(found.expectedStart.at),
      })}`,
    ids: [found.state],
  })
}

async function attempts(id: string): Promise<void> {
  const { data } = await (await connect()).get<Page<Attempt>>(`${pathOf(id)}/attempts`)
  show({
    value: data,
    text: () =>
      table(data, [
        { title: 'attempt', of: ({ number }) => String(number), right: true },
        { title: 'started', of: ({ startedAt }) => localTime(startedAt), whole: true },
        { title: 'for', of: ({ seconds }) => duration(seconds), right: true, whole: true },
        { title: 'steps', of: ({ fromStep, toStep }) => `${fromStep} to ${toStep ?? NONE}` },
        { title: 'on', of: ({ deviceKind, devices }) => `${devices} ${deviceKind}` },
        {
          title: 'outcome',
          of: ({ outcome }) => outcome ?? 'running',
          style: ({ outcome }) => stateStyle(outcome ?? 'running'),
        },
        {
          title: 'worker',
          of: ({ worker, members }) => members?.map((member) => member.worker).join(', ') ?? worker ?? NONE,
        },
        { title: 'reason', of: ({ reason }) => reason?.detail ?? '' },
      ]),
    ids: data.map(({ number }) => String(number)),
  })
}

/** `jobs …`: everything about jobs; the commands that stand alone are the same. */
export function addJobsCommands(program: Command): void {
  const jobs = program
    .command('jobs')
    .description('jobs: list, look at, submit, steer, compare and delete them')
    .addHelpText('after', CLIENT_ENVIRONMENT)
  addJobList(jobs, 'list')
  jobs
    .command('show <job>')
    .description('Show a job: its state, progress, result and settings.')
    .option('--spec', 'its resolved spec instead')
    .action(showJob)
  addSubmit(jobs)
  addFollow(jobs)
  addJobActions(jobs)
  jobs.command('explain <job>').description('Say why a job waits, and when it is expected to start.').action(explain)
  jobs.command('attempts <job>').description('List the attempts of a job, and how each ended.').action(attempts)
  for (const add of [addFork, addDiff, addTag, addReport, addArtifacts, addMetrics]) add(jobs)
  addCompare(jobs)
  addLogs(jobs, 'job')
  addCheckpoints(jobs)
  addDelete(jobs, 'job')
}
