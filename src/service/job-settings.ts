import Type, { type Static } from 'typebox'
import { Value } from 'typebox/value'
import { AppError, type ErrorDetail } from '../errors.ts'
import { dateTime } from './date-time.ts'
import { JobResources, shortNeeds } from './job-needs.ts'
import type { ChangedJob, NewJob } from './ports/jobs.ts'
import { MAX_PRIORITY, MIN_PRIORITY, Nullable } from './resources.ts'

export const MAX_TAGS = 32
const MAX_TAG_LENGTH = 64
const MAX_NOTES_LENGTH = 10_000
/** Jobs and data sets that a job runs after. */
const MAX_AFTER = 50
/** Of the limits of a job: a year. */
const MAX_SECONDS = 366 * 24 * 3600

export const Tag = Type.String({
  minLength: 1,
  maxLength: MAX_TAG_LENGTH,
  pattern: '^[^\\s,]([^,\\u0000-\\u001f]*[^\\s,])?$',
  description: 'Text with no comma, and no space at its ends.',
})
export const TAGS_BOUNDS = { maxItems: MAX_TAGS, uniqueItems: true } as const

/** What may be changed of a job after its submission. */
const changeable = {
  priority: Type.Optional(
    Type.Integer({
      minimum: MIN_PRIORITY,
      maximum: MAX_PRIORITY,
      description: 'Among the jobs of the team; the highest first.',
    }),
  ),
  tags: Type.Optional(Type.Array(Tag, TAGS_BOUNDS)),
  notes: Type.Optional(Type.String({ maxLength: MAX_NOTES_LENGTH })),
  deadline: Type.Optional(
    Nullable(
      Type.String({
        maxLength: 64,
        format: 'date-time',
        description: 'When training ends, with a report on the weights so far; a job that waits then is given up.',
      }),
    ),
  ),
  maxRunSeconds: Type.Optional(
    Nullable(
      Type.Integer({
        minimum: 1,
        maximum: MAX_SECONDS,
        description:
          'Time on a device over all attempts after which training ends, with a report on the weights so far.',
      }),
    ),
  ),
  maxWaitSeconds: Type.Optional(
    Nullable(
      Type.Integer({
        minimum: 1,
        maximum: MAX_SECONDS,
        description: 'Time in the queue, without what it runs after, after which the job is given up.',
      }),
    ),
  ),
}
export const JobChanges = Type.Object(changeable, { additionalProperties: false, minProperties: 1 })
export type JobChanges = Static<typeof JobChanges>

/** What a submission may have next to its spec. */
export const JobSettings = Type.Object({
  ...changeable,
  resources: Type.Optional(JobResources),
  after: Type.Optional(
    Type.Array(Type.String({ pattern: '^(job|ds)_[a-z0-9]{1,48}(@[1-9][0-9]{0,8})?$', maxLength: 64 }), {
      maxItems: MAX_AFTER,
      uniqueItems: true,
      description:
        'Jobs that have to succeed, or be stopped with their weights kept, and data sets that have to be ready, before it runs.',
    }),
  ),
})
export type JobSettings = Static<typeof JobSettings>
export const SETTING_NAMES = Object.keys(JobSettings.properties) as (keyof JobSettings)[]

/** @throws AppError `invalid_request` with a pointer to each setting that is not as it must be */
export function requireSettings(given: object): JobSettings {
  const found = new Map<string, ErrorDetail>()
  for (const { instancePath: pointer, message: detail } of Value.Errors(JobSettings, given))
    if (!found.has(pointer)) found.set(pointer, { pointer, detail })
  const errors = [...found.values()]
  const [first] = errors
  if (first !== undefined)
    throw new AppError('invalid_request', `The submission is not valid: ${first.pointer} ${first.detail}.`, { errors })
  return given
}

/** Changes as the store takes them. @throws AppError `invalid_request` for a deadline that is past */
export function changedJob({ deadline, ...changes }: JobChanges, now: number): ChangedJob {
  if (deadline === undefined) return changes
  return { ...changes, deadline: deadline === null ? null : deadlineOf(deadline, now) }
}

/** The same of a submission, where null is what is not given. */
export function newJobSettings({ after = [], resources, ...settings }: JobSettings, now: number): Partial<NewJob> {
  const { deadline, maxRunSeconds, maxWaitSeconds, ...given } = changedJob(settings, now)
  return {
    ...given,
    after,
    ...(resources === undefined ? {} : { resources: shortNeeds(resources) }),
    ...(isGiven(deadline) ? { deadline } : {}),
    ...(isGiven(maxRunSeconds) ? { maxRunSeconds } : {}),
    ...(isGiven(maxWaitSeconds) ? { maxWaitSeconds } : {}),
  }
}

const isGiven = <T>(value: T | null | undefined): value is T => value !== null && value !== undefined

function deadlineOf(text: string, now: number): Date {
  const time = dateTime(text, '/deadline')
  if (time.getTime() > now) return time
  throw new AppError('invalid_request', `The deadline ${text} is past.`, {
    errors: [{ pointer: '/deadline', detail: 'must be in the future' }],
  })
}
