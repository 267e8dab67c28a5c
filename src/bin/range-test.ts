import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readConfig } from '../config.ts'
import { checkSpec } from '../job-spec/check-spec.ts'
import { parseRangeTest } from '../job-spec/tasks.ts'
import { hostContextFor } from './host-context.ts'
import { withPacked } from './packed-data.ts'
import { show } from './print.ts'
import { progressBar, trainingNote } from './progress.ts'
import { readSpec } from './read-spec.ts'
import { resolveHere, runTask } from './run-task.ts'
import { prepareFolder } from './target.ts'

/** Trains while the learning rate rises, and prints rates to train with. */
export async function rangeTest(
  specPath: string,
  { data, out, options, force }: { data: string; out: string; options: object; force?: boolean },
): Promise<void> {
  const input = await readSpec(specPath)
  const config = readConfig(process.env)
  const task = { kind: 'range-test', options: parseRangeTest(options) } as const
  checkSpec(input)
  hostContextFor(input, config)
  await prepareFolder(out, { flag: '--out', force })
  await withPacked(data, async (dataDir) => {
    const bar = progressBar('range test')
    const report = await runTask(
      resolveHere(input, dataDir, config),
      { ...task, dataDir, outDir: out },
      {
        onEvent(event) {
          if (event.type === 'metrics' && 'train/loss' in event.values)
            bar.update(event.step, task.options.steps, trainingNote(event.values))
        },
      },
    ).finally(() => bar.stop())
    await writeFile(join(out, 'report.json'), `${JSON.stringify(report, null, 2)}\n`)
    const plot = join(out, 'range-test.svg')
    show({ value: report, text: rangeTestText(report as RangeTestReport, plot), ids: [plot] })
  })
}

interface RangeTestReport {
  suggestion: Record<string, number> | null
}

function rangeTestText({ suggestion }: RangeTestReport, plot: string): string {
  const rates =
    suggestion === null
      ? 'The loss did not decrease: no learning rate can be suggested.\n'
      : Object.entries(suggestion)
          .map(([name, rate]) => `${name.padEnd(10)}${String(rate)}\n`)
          .join('') + ratesToSet(suggestion)
  return `${rates}plot      ${plot}\n`
}

/** What to do with the rates: a schedule that falls starts at the steepest one. */
const ratesToSet = ({ steepest, base, maximum }: Record<string, number>): string =>
  `Set /schedule/learningRate to ${steepest ?? maximum ?? base}${maximum === undefined ? '' : `; with cyclic or one-cycle, to ${maximum}`}.\n`
