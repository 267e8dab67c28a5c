import { Option, type Command } from 'commander'
import type { Client } from '../../client/client.ts'
import { AppError } from '../../errors.ts'
import type { Checkpoint } from '../../service/resources.ts'
import { bytesText } from '../bytes-text.ts'
import { CLIENT_ENVIRONMENT, connect } from '../connect.ts'
import { download } from '../download.ts'
import { show } from '../print.ts'
import { localTime, percent } from '../shown.ts'
import { table } from '../table.ts'
import { FORCE, prepareFile } from '../target.ts'

type Kind = Checkpoint['kind']
const KINDS = ['best', 'last', 'averaged'] as const satisfies readonly Kind[]

async function checkpointsOf(client: Client, job: string): Promise<Checkpoint[]> {
  const { data } = await client.get<{ data: Checkpoint[] }>(`/v1/jobs/${encodeURIComponent(job)}/checkpoints`)
  return data
}

async function list(job: string): Promise<void> {
  const found = await checkpointsOf(await connect(), job)
  show({
    value: found,
    text: () =>
      table(found, [
        { title: 'id', of: ({ id }) => id, whole: true },
        { title: 'kind', of: ({ kind }) => kind, whole: true },
        { title: 'step', of: ({ step }) => String(step), right: true, whole: true },
        { title: 'size', of: ({ sizeBytes }) => bytesText(sizeBytes), right: true, whole: true },
        { title: 'validation', of: ({ metrics }) => percent(metrics['val/accuracy']), right: true, whole: true },
        { title: 'written', of: ({ createdAt }) => localTime(createdAt), whole: true },
      ]),
    ids: found.map(({ id }) => id),
  })
}

/** A checkpoint by its id, or a job's of a kind: without one, the best there is. */
async function chosen(client: Client, id: string, kind: Kind | undefined): Promise<Checkpoint> {
  if (!id.startsWith('job_')) return client.get<Checkpoint>(`/v1/checkpoints/${encodeURIComponent(id)}`)
  const all = await checkpointsOf(client, id)
  const found = (kind === undefined ? (['averaged', 'best', 'last'] as const) : [kind])
    .map((wanted) => all.find((one) => one.kind === wanted))
    .find((one) => one !== undefined)
  if (found !== undefined) return found
  const kinds = all.map((one) => one.kind).join(', ')
  throw new AppError('not_found', `${id} has no ${kind ?? ''} checkpoint${kinds === '' ? '' : `; it has ${kinds}`}.`)
}

async function downloadCheckpoint(
  id: string,
  { kind, out, force }: { kind?: Kind; out?: string; force?: boolean },
): Promise<void> {
  if (out !== undefined) await prepareFile(out, { flag: '--out', force })
  const client = await connect()
  const checkpoint = await chosen(client, id, kind)
  const path = out ?? `${checkpoint.job}-${checkpoint.kind}.safetensors`
  if (out === undefined) await prepareFile(path, { flag: '--out', force })
  await download(client, `/v1/checkpoints/${checkpoint.id}/content`, path, checkpoint.sizeBytes)
  show({ value: { ...checkpoint, path }, text: `${path}\n`, ids: [path] })
}

export function addCheckpoints(parent: Command): Command {
  const checkpoints = parent.command('checkpoints').description('Checkpoints of jobs: list and download them.')
  checkpoints.command('list <job>').description('List the checkpoints of a job.').action(list)
  checkpoints
    .command('download <id>')
    .description('Download a checkpoint (ckpt_...), or that of a job (job_...), as a safetensors file.')
    .addOption(
      new Option('--kind <kind>', 'which one of a job; default: averaged, else best, else last').choices(KINDS),
    )
    .option('--out <file>', 'file to write; default: JOB-KIND.safetensors, in this folder')
    .option(...FORCE)
    .action(downloadCheckpoint)
  return checkpoints
}

/** `checkpoints list`, `checkpoints download`. */
export function addCheckpointsCommand(program: Command): void {
  addCheckpoints(program).addHelpText('after', CLIENT_ENVIRONMENT)
}
