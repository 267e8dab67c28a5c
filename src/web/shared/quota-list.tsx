import type { components } from '../../../clients/typescript/src/schema.ts'
import { bytes, count, figure } from '../format.ts'
import { Progress } from '../ui/progress.tsx'
import './quota-list.css'

type QuotaState = components['schemas']['QuotaState']

/** Limits by their names, in the order in which people ask for them. */
export const QUOTA_NAMES: Readonly<Record<keyof QuotaState, string>> = {
  runningJobs: 'Running jobs',
  queuedJobs: 'Queued and paused jobs',
  deviceHours: 'Device hours this month',
  bytes: 'Stored bytes',
  ingests: 'Data sets being read',
  uploads: 'Open uploads',
  apiKeys: 'API keys',
  requestsPerMinute: 'Requests per minute',
}
export const QUOTA_KEYS = [
  'runningJobs',
  'queuedJobs',
  'deviceHours',
  'bytes',
  'ingests',
  'uploads',
  'apiKeys',
  'requestsPerMinute',
] as const satisfies readonly (keyof QuotaState)[]

/** Each limit, and what is used of it. */
export function QuotaList({ quota }: { quota: QuotaState }) {
  return (
    <dl className="quota-list">
      {QUOTA_KEYS.map((name) => {
        const { limit, used } = quota[name]
        return (
          <div key={name}>
            <dt>{QUOTA_NAMES[name]}</dt>
            <dd>
              <span>{sentence(name, used, limit)}</span>
              {used !== null && limit !== null && (
                <Progress label={QUOTA_NAMES[name]} value={limit === 0 ? 1 : Math.min(1, used / limit)} />
              )}
            </dd>
          </div>
        )
      })}
    </dl>
  )
}

function sentence(name: keyof QuotaState, used: number | null, limit: number | null): string {
  const text = (value: number): string =>
    name === 'bytes' ? bytes(value) : name === 'deviceHours' ? figure(value) : count(value)
  if (used === null) return limit === null ? 'no limit' : `at most ${text(limit)}`
  return limit === null ? `${text(used)}, no limit` : `${text(used)} of ${text(limit)}`
}
