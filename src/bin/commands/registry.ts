import { text } from 'node:stream/consumers'
import type { Command } from 'commander'
import { AppError } from '../../errors.ts'
import type { Client } from '../../client/client.ts'
import { ApiError } from '../../client/api-error.ts'
import type {
  ModelVersion,
  ModelVersionWithLineage,
  Promotion,
  RegisteredModel,
} from '../../service/registry-resources.ts'
import { bytesText } from '../bytes-text.ts'
import { CLIENT_ENVIRONMENT, connect } from '../connect.ts'
import { addListOptions, listed, type ListFlags } from '../pages.ts'
import { show } from '../print.ts'
import { localTime, NONE, orNone, percent } from '../shown.ts'
import { fields, table } from '../table.ts'

const pathOf = (model: string): string => `/v1/models/${encodeURIComponent(model)}`

async function list(flags: ListFlags): Promise<void> {
  const models = await listed<RegisteredModel>(await connect(), '/v1/models', flags)
  show({
    value: models,
    text: () =>
      table(models, [
        { title: 'name', of: ({ name }) => name, whole: true },
        {
          title: 'newest',
          of: ({ newestVersion }) => (newestVersion === null ? NONE : String(newestVersion)),
          right: true,
        },
        { title: 'aliases', of: ({ aliases }) => orNone(aliasesText(aliases)) },
        { title: 'shared by', of: ({ id, sharedBy }) => (sharedBy === null ? NONE : `${sharedBy.name} (${id})`) },
        { title: 'description', of: ({ description }) => description },
      ]),
    ids: models.map(({ name }) => name),
  })
}

const aliasesText = (aliases: Readonly<Record<string, number>>): string =>
  Object.entries(aliases)
    .map(([alias, version]) => `${alias}=${version}`)
    .join(' ')

async function versions(model: string, flags: ListFlags): Promise<void> {
  const found = await listed<ModelVersion>(await connect(), `${pathOf(model)}/versions`, flags)
  show({
    value: found,
    text: () =>
      table(found, [
        { title: 'version', of: ({ version }) => String(version), right: true, whole: true },
        { title: 'created', of: ({ createdAt }) => localTime(createdAt), whole: true },
        { title: 'checkpoint', of: ({ checkpoint }) => checkpoint, whole: true },
        { title: 'accuracy', of: ({ metrics }) => percent(metrics['report/accuracy']), right: true, whole: true },
        { title: 'aliases', of: ({ aliases }) => orNone(aliases.join(',')) },
        { title: 'by', of: ({ registeredBy }) => registeredBy.name },
        { title: 'description', of: ({ description }) => description },
      ]),
    ids: found.map(({ version }) => `${model}:${version}`),
  })
}

/** A model, or, of NAME:VERSION, that version with what it was made of. */
async function showModel(ref: string): Promise<void> {
  const client = await connect()
  if (ref.includes(':')) {
    const { model, version } = versionOf(ref)
    const found = await client.get<ModelVersionWithLineage>(`${pathOf(model)}/versions/${version}`)
    show({ value: found, text: () => versionText(found), ids: [found.checkpoint] })
    return
  }
  const found = await client.get<RegisteredModel>(pathOf(ref))
  show({
    value: found,
    text: () =>
      fields({
        name: found.name,
        id: found.id,
        description: found.description,
        'newest version': String(found.newestVersion ?? NONE),
        aliases: aliasesText(found.aliases),
        'shared by': found.sharedBy?.name,
        created: localTime(found.createdAt),
      }),
    ids: [found.name],
  })
}

const versionText = ({ lineage, ...version }: ModelVersionWithLineage): string =>
  fields({
    version: `${version.model}:${version.version}`,
    description: version.description,
    aliases: version.aliases.join(', '),
    accuracy: percent(version.metrics['report/accuracy']),
    checkpoint: `${version.checkpoint} (${lineage.checkpoint.kind}, step ${lineage.checkpoint.step}, ${bytesText(version.sizeBytes)})`,
    sha256: version.sha256,
    job: `${version.job} ${lineage.job.name}`,
    'data set': `${lineage.dataset.id}@${lineage.dataset.version} ${lineage.dataset.name ?? ''}`,
    'registered by': version.registeredBy.name,
    created: localTime(version.createdAt),
  })

async function promotions(model: string, flags: ListFlags): Promise<void> {
  const found = await listed<Promotion>(await connect(), `${pathOf(model)}/promotions`, flags)
  show({
    value: found,
    text: () =>
      table(found, [
        { title: 'at', of: ({ createdAt }) => localTime(createdAt), whole: true },
        { title: 'alias', of: ({ alias }) => alias },
        { title: 'from', of: ({ from }) => String(from ?? NONE), right: true },
        { title: 'to', of: ({ to }) => String(to ?? NONE), right: true },
        { title: 'by', of: ({ promotedBy }) => promotedBy.name },
        { title: 'reason', of: ({ reason }) => reason },
      ]),
    ids: found.map(({ id }) => id),
  })
}

/** Takes the name where it is free. */
async function register(model: string, from: string, { description }: { description?: string }): Promise<void> {
  const client = await connect()
  await requireModel(client, model)
  const of = from.startsWith('job_') ? { job: from } : { checkpoint: from }
  const about = description === undefined ? {} : { description }
  const made = await client.post<ModelVersion>(`${pathOf(model)}/versions`, { ...of, ...about })
  show({ value: made, text: `${model}:${made.version}\n`, ids: [`${model}:${made.version}`] })
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
  const made = await client.put<Promotion>(path, { version, reason })
  show({
    value: made,
    text: `${model}@${alias}: ${made.from ?? 'none'} -> ${made.to ?? 'none'}\n`,
    ids: [`${model}@${alias}`],
  })
}

async function demote(model: string, alias: string, { reason }: { reason: string }): Promise<void> {
  const query = new URLSearchParams({ reason }).toString()
  await (await connect()).remove(`${pathOf(model)}/aliases/${encodeURIComponent(alias)}?${query}`)
  show({ value: { model, alias, to: null }, text: `${model}@${alias}: none\n`, ids: [`${model}@${alias}`] })
}

/** A model with its versions, or, of NAME:VERSION, that version. */
async function remove(refs: readonly string[]): Promise<void> {
  const paths = refs.map((ref) => {
    if (!ref.includes(':')) return pathOf(ref)
    const { model, version } = versionOf(ref)
    return `${pathOf(model)}/versions/${version}`
  })
  const client = await connect()
  for (const path of paths) await client.remove(path)
  show({ value: { deleted: refs }, text: refs.map((ref) => `deleted ${ref}\n`).join(''), ids: refs })
}

async function card(ref: string): Promise<void> {
  const { model, version } = versionOf(ref)
  const markdown = await text(await (await connect()).download(`${pathOf(model)}/versions/${version}/card`))
  show({ value: { model, version, markdown }, text: markdown, ids: [ref] })
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
  addListOptions(registry.command('list'))
    .description('models of the team, and those that others share with it')
    .action(list)
  addListOptions(registry.command('versions <model>')).description('versions of a model, newest first').action(versions)
  registry
    .command('show <model>')
    .description('a model by its name, or, of NAME:VERSION, that version and what it was made of')
    .action(showModel)
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
  registry
    .command('demote <model> <alias>')
    .description('take an alias away')
    .requiredOption('--reason <text>', 'why; it is kept')
    .action(demote)
  addListOptions(registry.command('promotions <model>'))
    .description('what the aliases of a model pointed at, when and why')
    .action(promotions)
  registry.command('card <version>').description('the model card of a version (NAME:VERSION), as Markdown').action(card)
  registry
    .command('delete <model...>')
    .description('delete models with their versions, or versions (NAME:VERSION)')
    .action(remove)
}
