import { writeFile } from 'node:fs/promises'
import { readConfig } from '../config.ts'
import { openPacked } from '../data/open.ts'
import { AppError } from '../errors.ts'
import { parseSpec } from '../job-spec/parse.ts'
import { RECIPE_SUMMARIES, recipes } from '../job-spec/recipes.ts'
import { resolveSpec } from '../job-spec/resolve.ts'
import { PUBLISHED_SPEC_SCHEMA } from '../job-spec/published-schema.ts'
import { JobSpec } from '../job-spec/schema.ts'
import { stageLength, stagesOf } from '../job-spec/stages.ts'
import { withRecipe } from '../job-spec/with-recipe.ts'
import { stagesWithLengths } from '../train/run/stage.ts'
import { hostContextFor } from './host-context.ts'
import { withPacked } from './packed-data.ts'
import { show } from './print.ts'
import { readSpec } from './read-spec.ts'
import type { FieldSetting } from './set-fields.ts'
import { inSteps, plotSpec } from './spec-plot.ts'
import { table } from './table.ts'
import { prepareFile } from './target.ts'

const asJson = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`

export const showSchema = (): void =>
  show({
    value: PUBLISHED_SPEC_SCHEMA,
    text: () => asJson(PUBLISHED_SPEC_SCHEMA),
    ids: Object.keys(JobSpec.properties),
  })

/** The recipes, or one as a spec. */
export function showRecipes(name?: string): void {
  if (name !== undefined) {
    const { input } = withRecipe({ recipe: name })
    show({ value: input, text: () => asJson(input), ids: [name] })
    return
  }
  const rows = [...recipes.keys()].map((key) => ({ name: key, summary: RECIPE_SUMMARIES[key] ?? '' }))
  show({
    value: rows,
    text: () =>
      table(rows, [
        { title: 'recipe', of: (row) => row.name, whole: true },
        { title: 'what it is', of: ({ summary }) => summary },
      ]),
    ids: rows.map((row) => row.name),
  })
}

interface ResolveFlags {
  data?: string
  set?: FieldSetting[]
}

/** A spec with its defaults, and why they are what they are. */
export async function showResolved(path: string, { data, set }: ResolveFlags): Promise<void> {
  const input = await readSpec(path, set)
  const say = (value: unknown): void => show({ value, text: () => asJson(value) })
  if (data === undefined) {
    say({ spec: parseSpec(withRecipe(input).input) })
    return
  }
  await withPacked(data, async (directory) => {
    say(resolveSpec(input, openPacked(directory).manifest, hostContextFor(input, readConfig(process.env))))
  })
}

export interface PlotFlags {
  data?: string
  images?: string
  batch?: string
  out: string
  force?: boolean
}

/** Draws what a spec does over the steps of a run. */
export async function drawPlot(path: string, { data, images, batch, out, force }: PlotFlags): Promise<void> {
  await prepareFile(out, { flag: '--out', force })
  const say = (): void => show({ value: { path: out }, text: `${out}\n`, ids: [out] })
  const rawSpec = await readSpec(path)
  const input: unknown = batch === undefined ? rawSpec : { batchSize: countOf(batch, '--batch'), ...Object(rawSpec) }
  if (data !== undefined) {
    await withPacked(data, async (directory) => {
      const dataset = openPacked(directory)
      const spec = inSteps(resolveSpec(input, dataset.manifest, hostContextFor(input, readConfig(process.env))).spec)
      await writeFile(out, plotSpec(spec, stagesWithLengths(spec, dataset).stages))
    })
    say()
    return
  }
  if (images === undefined)
    throw new AppError(
      'invalid_request',
      'The run length depends on the number of training images; pass --data or --images.',
    )
  const train = countOf(images, '--images')
  const facts = { classes: ['a', 'b'], channels: 3, medianSide: 224, counts: { train, val: 0, test: 0 } }
  const spec = inSteps(resolveSpec(input, { ...facts, classCounts: { train: [train / 2, train / 2] } }).spec)
  await writeFile(
    out,
    plotSpec(
      spec,
      stagesOf(spec).map((stage) => ({ stage, length: stageLength(stage, train) })),
    ),
  )
  say()
}

function countOf(text: string, option: string): number {
  const value = Number(text)
  if (Number.isInteger(value) && value > 0) return value
  throw new AppError('invalid_request', `${option} must be a whole number of at least 1, not ${text}.`)
}
