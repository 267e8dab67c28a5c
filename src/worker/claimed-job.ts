import type { Logger } from 'pino'
import type { JobClaim, JobClaims, JobMove, JobRecord } from '../service/ports/job-claims.ts'
import { untilWritten } from './until-written.ts'

/** Another worker has the job by now; nothing more of it is written here. */
export class LeaseLost extends Error {}

/** What is written of a job: under its claim's token, again and again while the database is away. */
export interface ClaimedJob {
  /** @throws LeaseLost */
  record(record: JobRecord): Promise<void>
  /** @throws LeaseLost */
  move(...moves: JobMove[]): Promise<void>
}

export function claimedJob({ id, token }: JobClaim, { store, log }: { store: JobClaims; log: Logger }): ClaimedJob {
  const held = async (write: () => Promise<boolean>): Promise<void> => {
    if (!(await untilWritten(write, { log, id }))) throw new LeaseLost(`the lease of ${id} is lost`)
  }
  return {
    record: (record) => held(() => store.recordJob(id, token, record)),
    move: (...moves) => held(() => store.moveJob(id, token, ...moves)),
  }
}
