import type { Command } from 'commander'
import type { Client } from '../../client/client.ts'
import { AppError } from '../../errors.ts'
import { connect } from '../connect.ts'
import { show } from '../print.ts'

/** Where the resources are, by the prefix of their ids. */
const PATHS = new Map([
  ['job', '/v1/jobs'],
  ['sweep', '/v1/sweeps'],
  ['ckpt', '/v1/checkpoints'],
  ['ds', '/v1/datasets'],
])

/** @throws AppError `invalid_request` for what is no id of something that can be deleted */
function pathOf(id: string): string {
  const [, job, kind] = /^(job_[a-z0-9]{1,48}):([A-Za-z0-9._-]{1,64})$/.exec(id) ?? []
  if (job !== undefined) return `/v1/jobs/${job}/artifacts/${kind}`
  const [, prefix = ''] = /^([a-z]{1,8})_[a-z0-9]{1,48}(?:(?<=^ds_[a-z0-9]{1,48})@[1-9]\d{0,8})?$/.exec(id) ?? []
  const path = PATHS.get(prefix)
  if (path === undefined)
    throw new AppError(
      'invalid_request',
      `${JSON.stringify(id.slice(0, 100))} is not the id of a job (job_…), an artifact of one (job_…:report), a sweep (sweep_…), a checkpoint (ckpt_…) or a data set (ds_…, or ds_…@2 for a version).`,
    )
  return `${path}/${id}`
}

/** For good; also what is in the trash already. */
async function removeForGood(client: Client, id: string, path: string): Promise<void> {
  try {
    await client.remove(`${path}?permanent=true`)
  } catch (error) {
    if ((error as { code?: string }).code !== 'not_found') throw error
    await client.remove(`/v1/trash/${id}`)
  }
}

async function remove(ids: readonly string[], { permanent = false }: { permanent?: boolean }): Promise<void> {
  const paths = ids.map((id) => [id, pathOf(id)] as const)
  const client = await connect()
  const deleted: string[] = []
  try {
    for (const [id, path] of paths) {
      await (permanent ? removeForGood(client, id, path) : client.remove(path))
      deleted.push(id)
    }
  } finally {
    if (deleted.length > 0)
      show({ value: { deleted, permanent }, text: deleted.map((id) => `deleted ${id}\n`).join(''), ids: deleted })
  }
}

export const addDelete = (parent: Command, argument = 'ids'): Command =>
  parent
    .command(`delete <${argument}...>`)
    .description(
      'delete jobs, sweeps, checkpoints and data sets, an artifact of a job (job_…:report) or a version of a data set (ds_…@2); a job or sweep has to have ended; what is deleted is in the trash for some time, from where `anneal restore` takes it',
    )
    .option('--permanent', 'delete for good, at once; also what is in the trash already')
    .action(remove)

/** `delete`: jobs, artifacts, sweeps, checkpoints and data sets, by their ids. */
export function addDeleteCommand(program: Command): void {
  addDelete(program)
}
