import { Option, type Command } from 'commander'
import type { IngestReport } from '../../job-spec/ingest-report.ts'
import type { Dataset, DatasetItem, DatasetSummary, DatasetVersion } from '../../service/resources.ts'
import { bytesText } from '../bytes-text.ts'
import { CLIENT_ENVIRONMENT, connect } from '../connect.ts'
import { datasetTable } from '../dataset-table.ts'
import { download } from '../download.ts'
import { addListOptions, listed, type ListFlags } from '../pages.ts'
import { show } from '../print.ts'
import { localTime, NONE } from '../shown.ts'
import { stateStyle, styled } from '../style.ts'
import { fields, table, type Column } from '../table.ts'
import { FORCE, prepareFile } from '../target.ts'
import { columnsOf, grouped } from '../text-columns.ts'
import { addDelete } from './delete.ts'
import { addLogs } from './logs.ts'
import { addUpload } from './upload.ts'

const STATES = ['importing', 'ingesting', 'ready', 'failed'] as const
const FILTERS = ['state', 'name', 'sort'] as const

const pathOf = (dataset: string): string => `/v1/datasets/${encodeURIComponent(dataset)}`
const total = (images: DatasetSummary['images']): string =>
  images === null ? NONE : grouped(images.train + images.val + images.test)

async function list(flags: ListFlags & Partial<Record<(typeof FILTERS)[number], string>>): Promise<void> {
  const filter: Record<string, string> = {}
  for (const name of FILTERS) if (flags[name] !== undefined) filter[name] = flags[name]
  const found = await listed<DatasetSummary>(await connect(), '/v1/datasets', flags, filter)
  show({
    value: found,
    text: () =>
      table(found, [
        { title: 'id', of: ({ id }) => id, whole: true },
        { title: 'state', of: ({ state }) => state, whole: true, style: ({ state }) => stateStyle(state) },
        { title: 'version', of: ({ version }) => String(version), right: true },
        { title: 'classes', of: ({ classCount }) => (classCount === null ? NONE : grouped(classCount)), right: true },
        { title: 'images', of: ({ images }) => total(images), right: true, whole: true },
        { title: 'size', of: ({ sizeBytes }) => bytesText(sizeBytes), right: true, whole: true },
        { title: 'created', of: ({ createdAt }) => localTime(createdAt), whole: true },
        { title: 'name', of: ({ name }) => name },
      ]),
    ids: found.map(({ id }) => id),
  })
}

async function showDataset(id: string): Promise<void> {
  const found = await (await connect()).get<Dataset>(pathOf(id))
  const { images, reason, classes } = found
  show({
    value: found,
    text: () =>
      fields({
        id: `${found.id}@${found.version}`,
        name: found.name,
        state: styled(stateStyle(found.state), found.state),
        reason: reason === null ? null : `${reason.code}: ${reason.detail}`,
        images:
          images === null ? null : `${total(images)}: ${images.train} train, ${images.val} val, ${images.test} test`,
        classes:
          classes === null
            ? null
            : `${classes.length}: ${classes.slice(0, 20).join(', ')}${classes.length > 20 ? ', …' : ''}`,
        size: bytesText(found.sizeBytes),
        'shared by': found.sharedBy?.name,
        created: localTime(found.createdAt),
      }),
    ids: [found.id],
  })
}

async function rename(id: string, name: string): Promise<void> {
  const renamed = await (await connect()).patch<Dataset>(pathOf(id), { name })
  show({ value: renamed, text: `renamed ${renamed.id}\n`, ids: [renamed.id] })
}

async function versions(id: string, flags: ListFlags): Promise<void> {
  const found = await listed<DatasetVersion>(await connect(), `${pathOf(id)}/versions`, flags)
  const idOf = ({ dataset, version }: DatasetVersion): string => `${dataset}@${version}`
  show({
    value: found,
    text: () =>
      table(found, [
        { title: 'id', of: idOf, whole: true },
        { title: 'state', of: ({ state }) => state, whole: true, style: ({ state }) => stateStyle(state) },
        { title: 'of', of: ({ parent }) => (parent === null ? NONE : String(parent)), right: true },
        { title: 'classes', of: ({ classCount }) => (classCount === null ? NONE : grouped(classCount)), right: true },
        { title: 'images', of: ({ images }) => total(images), right: true },
        { title: 'created', of: ({ createdAt }) => localTime(createdAt), whole: true },
        { title: 'reason', of: ({ reason }) => reason?.detail ?? '' },
      ]),
    ids: found.map(idOf),
  })
}

async function report(id: string): Promise<void> {
  const found = await (await connect()).get<IngestReport>(`${pathOf(id)}/report`)
  show({
    value: found,
    text: () => datasetTable(found, columnsOf(process.stdout)),
    ids: found.classes.map(({ name }) => name),
  })
}

const ITEM_COLUMNS: readonly Column<DatasetItem>[] = [
  { title: 'item', of: ({ item }) => (item === null ? NONE : String(item)), right: true, whole: true },
  { title: 'split', of: ({ split }) => split ?? NONE, whole: true },
  { title: 'class', of: (one) => one.class ?? NONE },
  { title: 'size', of: ({ width, height }) => (width === null ? NONE : `${width}×${height ?? 0}`), right: true },
  { title: 'findings', of: ({ findings, problem }) => problem?.detail ?? findings.join(', ') },
  { title: 'file', of: ({ file }) => file },
]
const ITEM_FILTERS = ['class', 'split', 'status'] as const

async function items(
  id: string,
  flags: ListFlags & Partial<Record<(typeof ITEM_FILTERS)[number], string>> & { suspicious?: boolean },
): Promise<void> {
  const filter: Record<string, string> = flags.suspicious === true ? { suspicious: 'true' } : {}
  for (const name of ITEM_FILTERS) if (flags[name] !== undefined) filter[name] = flags[name]
  const found = await listed<DatasetItem>(await connect(), `${pathOf(id)}/items`, flags, filter)
  show({ value: found, text: () => table(found, ITEM_COLUMNS), ids: found.map(({ file }) => file) })
}

async function exportDataset(id: string, { out, force }: { out?: string; force?: boolean }): Promise<void> {
  const path = out ?? `${id.replaceAll(/[^\w.-]/g, '_')}.zip`
  await prepareFile(path, { flag: '--out', force })
  const client = await connect()
  await download(client, `${pathOf(id)}/export`, path)
  show({ value: { dataset: id, path }, text: `${path}\n`, ids: [path] })
}

function addItems(datasets: Command): void {
  addListOptions(datasets.command('items <dataset>'))
    .description('List the images of a data set, or the files that were set aside.')
    .option('--class <name>', 'those of this class')
    .addOption(new Option('--split <split>', 'those of this split').choices(['train', 'val', 'test']))
    .addOption(new Option('--status <status>', 'kept, or set aside when it was read').choices(['kept', 'quarantined']))
    .option('--suspicious', 'those of which something was found: duplicates, conflicts, one colour')
    .action(items)
}

/** `datasets …`: the data sets of the team. */
export function addDatasetsCommands(program: Command): void {
  const datasets = program
    .command('datasets')
    .description('data sets of the team: list, look at, upload, export and delete them')
    .addHelpText('after', CLIENT_ENVIRONMENT)
  addListOptions(datasets.command('list'))
    .description('List data sets, newest first unless --sort says otherwise.')
    .addOption(new Option('--state <state>', 'those in this state only').choices(STATES))
    .option('--name <name>', 'those of this name, or of names that begin so with * at the end')
    .addOption(
      new Option('--sort <by>', 'with - before it from the latest').choices(['created', '-created', 'name', '-name']),
    )
    .action(list)
  datasets
    .command('show <dataset>')
    .description('Show a data set, or a version of it (ID@VERSION).')
    .action(showDataset)
  addUpload(datasets)
  datasets.command('rename <dataset> <name>').description('Give a data set another name.').action(rename)
  addListOptions(datasets.command('versions <dataset>'))
    .description('List the versions of a data set, newest first.')
    .action(versions)
  datasets
    .command('report <dataset>')
    .description('Print what was found when it was read: counts, files set aside, duplicates, warnings.')
    .action(report)
  addItems(datasets)
  datasets
    .command('export <dataset>')
    .description('Download a data set as a zip, which can be uploaded again.')
    .option('--out <file>', 'file to write; default: ID.zip, in this folder')
    .option(...FORCE)
    .action(exportDataset)
  addLogs(datasets, 'dataset')
  addDelete(datasets, 'dataset')
}
