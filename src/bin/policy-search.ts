import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readConfig } from '../config.ts'
import { AppError } from '../errors.ts'
import { checkSpec } from '../job-spec/check-spec.ts'
import { netSpec, parsePolicySearch } from '../job-spec/policy-search.ts'
import type { PolicySearchReport } from '../train/policy-search/search.ts'
import type { TrainEvent } from '../train/process/events.ts'
import { hostContextFor } from './host-context.ts'
import { withPacked } from './packed-data.ts'
import { show } from './print.ts'
import { progressBar } from './progress.ts'
import { jsonOption, readSpec } from './read-spec.ts'
import { resolveHere, runTask } from './run-task.ts'
import { prepareFile } from './target.ts'

export interface PolicySearchFlags {
  data: string
  out: string
  report?: string
  options: string
  force?: boolean
}

/** Searches a policy on the training images of a data set. */
export async function searchPolicy(
  path: string,
  { data, out, report: reportPath, options, force }: PolicySearchFlags,
): Promise<void> {
  const input = await readSpec(path)
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
      show({ value: report, text: () => searchTable(report), ids: [out] })
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
