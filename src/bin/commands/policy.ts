import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Command } from 'commander'
import { readConfig } from '../../config.ts'
import { AppError } from '../../errors.ts'
import type { PolicySummary, SavedPolicy } from '../../service/policy-resources.ts'
import { netSpec, parsePolicySearch, PolicySearchOptions } from '../../job-spec/policy-search.ts'
import { checkSpec } from '../../job-spec/check-spec.ts'
import type { TrainEvent } from '../../train/process/events.ts'
import type { PolicySearchReport } from '../../train/policy-search/search.ts'
import { withPacked } from '../packed-data.ts'
import { progressBar } from '../progress.ts'
import { optionsHelp } from '../options-help.ts'
import { jsonOption, readJson, readSpec } from '../read-spec.ts'
import { resolveHere, runTask } from '../run-task.ts'
import { hostContextFor } from '../host-context.ts'
import { FORCE, prepareFile } from '../target.ts'
import { CLIENT_ENVIRONMENT, connect } from './client.ts'

interface SearchFlags {
  data: string
  out: string
  report?: string
  options: string
  force?: boolean
}

async function search(path: string, { data, out, report: reportPath, options, force }: SearchFlags): Promise<void> {
  const input = readSpec(path)
  const task = { kind: 'policy-search', options: parsePolicySearch(jsonOption('--options', options), '') } as const
  const config = readConfig(process.env)
  checkSpec(input)
  hostContextFor(input, config)
  await prepareFile(out, { flag: '--out', force })
  if (reportPath !== undefined) await prepareFile(reportPath, { flag: '--report', force })
  const scratch = await mkdtemp(join(tmpdir(), 'anneal-search-'))
  try {
    await withPacked(data, async (dataDir) => {
      const resolved = resolveHere(input, dataDir, config)
      netSpec(resolved.spec, task.options)
      const report = await searched(resolved, { ...task, dataDir, outDir: scratch })
      if (reportPath !== undefined) await writeFile(reportPath, `${JSON.stringify(report, null, 2)}\n`)
      if (report.policy === null) throw new AppError('interrupted', 'The search ended before anything was tried.')
      await writeFile(out, `${JSON.stringify(report.policy, null, 2)}\n`)
      process.stdout.write(searchTable(report))
    })
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}

/** Runs a search in a trainer process, with progress. */
async function searched(
  resolved: Parameters<typeof runTask>[0],
  work: Parameters<typeof runTask>[1],
): Promise<PolicySearchReport> {
  const bar = progressBar('search')
  let total = 1
  try {
    return (await runTask(resolved, work, {
      onEvent(event) {
        if (event.type === 'started') total = event.totalSteps
        if (event.type === 'metrics') bar.update(event.step, total, searchNote(event.values))
      },
    })) as PolicySearchReport
  } finally {
    bar.stop()
  }
}

function searchNote(values: Extract<TrainEvent, { type: 'metrics' }>['values']): string {
  return ['search/best', 'search/clean', 'train/loss']
    .flatMap((key) => (values[key] === undefined ? [] : [`${key} ${values[key].toFixed(3)}`]))
    .join(', ')
}

/** What was found, with the losses of held-out images. */
function searchTable(report: PolicySearchReport): string {
  if ('grid' in report)
    return report.grid
      .map((point) => {
        const numbers = point.numOps > 0 ? `${point.numOps} of magnitude ${point.magnitude}` : 'no policy'
        return `${numbers.padEnd(24)} loss ${point.loss.toFixed(4)}\n`
      })
      .join('')
  return report.folds
    .flatMap(({ clean, policy, images, trials, kept }, i) => [
      `fold ${i + 1}: ${images} images, ${trials} sub-policies tried; loss ${clean.toFixed(4)} without, ${policy.toFixed(4)} with the kept ones\n`,
      ...kept.map(
        ({ subPolicy, loss }) =>
          `  ${loss.toFixed(4)}  ${subPolicy.map(({ op, probability, magnitude }) => `${op}(${probability}, ${magnitude})`).join(' → ')}\n`,
      ),
    ])
    .join('')
}

/** `policy search`, with no service; `list`, `show`, `save`, `delete`: the team's policies over the REST API. */
export function addPolicyCommands(program: Command): void {
  const policy = program
    .command('policy')
    .description('augmentation policies: search on your own data, and save by name')
    .addHelpText('after', CLIENT_ENVIRONMENT)
  policy
    .command('search <spec>')
    .description('search an augmentation policy on the training images; auto-augment takes the file as {"file": ...}')
    .requiredOption('--data <path>', 'a folder, .zip or .tar with one folder per class')
    .requiredOption('--out <file>', 'JSON file to write the policy to')
    .option('--report <file>', 'JSON file to write every trial to')
    .option('--options <json>', optionsHelp(PolicySearchOptions.properties), '{}')
    .option(...FORCE)
    .action(search)
  policy
    .command('list')
    .description('the team’s policies, newest first')
    .action(async () => {
      const { data } = await (await connect()).get<{ data: PolicySummary[] }>('/v1/policies?limit=500')
      for (const { name, job, createdAt } of data) process.stdout.write(`${name}  ${createdAt}  ${job ?? '-'}\n`)
    })
  policy
    .command('show <name>')
    .description('a policy as JSON')
    .action(async (name: string) => {
      const { policy: value } = await (await connect()).get<SavedPolicy>(`/v1/policies/${encodeURIComponent(name)}`)
      process.stdout.write(`${JSON.stringify(value, null, 2)}\n`)
    })
  policy
    .command('save <name> <file>')
    .description('save a policy from a file for the team')
    .action(async (name: string, file: string) => {
      const saved = await (await connect()).post<SavedPolicy>('/v1/policies', { name, policy: readJson(file) })
      process.stdout.write(`${saved.name}\n`)
    })
  policy
    .command('delete <name>')
    .description('delete a policy; jobs that named it hold it in full')
    .action(async (name: string) => (await connect()).remove(`/v1/policies/${encodeURIComponent(name)}`))
}
