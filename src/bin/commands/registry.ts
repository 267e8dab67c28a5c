import type { Command } from 'commander'
import { AppError } from '../../errors.ts'
import type { Client } from '../../client/client.ts'
import { ApiError } from '../../client/api-error.ts'
import type { ModelVersion, Promotion, RegisteredModel } from '../../service/registry-resources.ts'
import { printable } from '../../data/text.ts'
import { CLIENT_ENVIRONMENT, connect } from './client.ts'

const MAX_LISTED = 500
const pathOf = (model: string): string => `/v1/models/${encodeURIComponent(model)}`

async function list(): Promise<void> {
  const { data } = await (await connect()).get<{ data: RegisteredModel[] }>(`/v1/models?limit=${MAX_LISTED}`)
  for (const { id, name, newestVersion, aliases, sharedBy } of data) {
    const pointing = Object.entries(aliases).map(([alias, version]) => `${alias}=${version}`)
    const owner = sharedBy === null ? [] : [`${id}, shared by ${printable(sharedBy.name, 100)}`]
    const columns = [name, newestVersion === null ? 'no version' : `newest ${newestVersion}`, ...pointing, ...owner]
    process.stdout.write(`${columns.join('  ')}\n`)
  }
}

async function versions(model: string): Promise<void> {
  const { data } = await (
    await connect()
  ).get<{ data: ModelVersion[] }>(`${pathOf(model)}/versions?limit=${MAX_LISTED}`)
  for (const { version, createdAt, checkpoint, aliases, metrics, registeredBy } of data) {
    const accuracy = metrics['report/accuracy']
    const columns = [
      String(version),
      createdAt,
      checkpoint,
      accuracy === undefined ? '-' : `${(100 * accuracy).toFixed(2)} %`,
      aliases.join(',') || '-',
      printable(registeredBy.name, 100),
    ]
    process.stdout.write(`${columns.join('  ')}\n`)
  }
}

/** Takes the name where it is free. */
async function register(model: string, from: string, { description }: { description?: string }): Promise<void> {
  const client = await connect()
  await requireModel(client, model)
  const of = from.startsWith('job_') ? { job: from } : { checkpoint: from }
  const text = description === undefined ? {} : { description }
  const { version } = await client.post<ModelVersion>(`${pathOf(model)}/versions`, { ...of, ...text })
  process.stdout.write(`${model}:${version}\n`)
}

async function requireModel(client: Client, name: string): Promise<void> {
  try {
    await client.get(pathOf(name))
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 404) throw error
    await client.post('/v1/models', { name })
  }
}

async function promote(ref: string, alias: string, { reason }: { reason: string }): Promise<void> {
  const { model, version } = versionOf(ref)
  const client = await connect()
  const path = `${pathOf(model)}/aliases/${encodeURIComponent(alias)}`
  const { from, to } = await client.put<Promotion>(path, { version, reason })
  process.stdout.write(`${model}@${alias}: ${from ?? 'none'} -> ${to ?? 'none'}\n`)
}

async function card(ref: string): Promise<void> {
  const { model, version } = versionOf(ref)
  const content = await (await connect()).download(`${pathOf(model)}/versions/${version}/card`)
  for await (const chunk of content) process.stdout.write(chunk as Buffer)
}

/** @throws AppError `invalid_request` for what is not `NAME:VERSION` */
function versionOf(ref: string): { model: string; version: number } {
  const [, model, version] = /^([^:@]+):([1-9]\d{0,8})$/.exec(ref) ?? []
  if (model === undefined)
    throw new AppError(
      'invalid_request',
      `${JSON.stringify(ref.slice(0, 100))} is no version; NAME:VERSION is expected.`,
    )
  return { model, version: Number(version) }
}

/** `registry`: models by name, over the REST API. */
export function addRegistryCommands(program: Command): void {
  const registry = program
    .command('registry')
    .description('models by name: versions, and aliases that point at them')
    .addHelpText('after', CLIENT_ENVIRONMENT)
  registry.command('list').description('models of the team, and those that others share with it').action(list)
  registry.command('versions <model>').description('versions of a model, newest first').action(versions)
  registry
    .command('register <model> <source>')
    .description(
      'register a checkpoint (ckpt_…), or that of a job (job_…), as the next version; takes the name if it is free',
    )
    .option('--description <text>', 'what the version is')
    .action(register)
  registry
    .command('promote <version> <alias>')
    .description('point an alias, such as champion, at a version (NAME:VERSION)')
    .requiredOption('--reason <text>', 'why; it is kept')
    .action(promote)
  registry.command('card <version>').description('the model card of a version (NAME:VERSION), as Markdown').action(card)
}
