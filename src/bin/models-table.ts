import { loadTfjs } from '../engine/load.ts'
import { AppError } from '../errors.ts'
import { parseSpec } from '../job-spec/parse.ts'
import { suggestion } from '../job-spec/suggestion.ts'
import { summarize, type ModelSummary } from '../train/net/summary.ts'
import type { ModelComponent } from '../zoo/define.ts'
import { models } from '../zoo/models/registry.ts'
import { imagenetSource } from '../zoo/models/transfer.ts'
import { ARCHITECTURE_FIGURES } from './architecture-figures.ts'
import { show } from './print.ts'
import { NONE } from './shown.ts'
import { table } from './table.ts'

const SIDE = 224

export interface ModelsFlags {
  size?: string
  channels: string
  classes: string
}

function summaryOf(model: ModelComponent, size: number | undefined, channels: number, classes: number): ModelSummary {
  const options = { ...parseSpec({ model: model.name }).model }
  const side = size ?? model.defaultSize(options, SIDE)
  const tf = loadTfjs()
  // Only shapes are wanted: no advice to install another backend.
  tf.enableProdMode()
  return summarize(tf, model, options, { size: side, channels, classes })
}

const grouped = (count: number): string => count.toLocaleString('en')
const millions = (count: number): string => (count / 1e6).toFixed(count < 1e7 ? 2 : 1)

/** The architectures, as rows. */
const zoo = () =>
  models.flatMap(({ name, summary }) => {
    const figures = ARCHITECTURE_FIGURES[name]
    return figures === undefined ? [] : [{ name, summary, ...figures, pretrained: imagenetSource(name) ?? null }]
  })

const zooTable = (rows: ReturnType<typeof zoo>): string =>
  table(rows, [
    { title: 'model', of: ({ name }) => name, whole: true },
    { title: 'parameters', of: ({ parameters }) => grouped(parameters), right: true, whole: true },
    { title: 'GFLOPs', of: ({ multiplyAdds }) => (multiplyAdds / 1e9).toFixed(2), right: true, whole: true },
    { title: 'input', of: ({ inputSize, minimumSize }) => `${inputSize} px (from ${minimumSize})` },
    { title: 'ImageNet weights', of: ({ pretrained }) => pretrained ?? NONE },
    { title: 'summary', of: ({ summary }) => summary },
  ]) + `Parameters and work with 1000 classes and three channels at the input's side; a FLOP is one multiply-add.\n`

const layerTable = ({ name, image, classes, layers, parameters, multiplyAdds }: ModelSummary): string =>
  table(layers, [
    { title: 'layer', of: (layer) => layer.name, whole: true },
    { title: 'class', of: ({ kind }) => kind },
    { title: 'output', of: ({ shape }) => shape.join('×'), whole: true },
    { title: 'parameters', of: (layer) => grouped(layer.parameters), right: true, whole: true },
    { title: 'MFLOPs', of: (layer) => millions(layer.multiplyAdds), right: true, whole: true },
  ]) +
  `${name}, ${image.size}×${image.size}×${image.channels} → ${classes} classes: ${grouped(parameters)} parameters, ` +
  `${(multiplyAdds / 1e9).toFixed(2)} GFLOPs (multiply-adds) per image\n`

/** The architectures, or the layers of one. */
export function showModels(name: string | undefined, { size, channels, classes }: ModelsFlags): void {
  if (name === undefined) {
    const rows = zoo()
    show({ value: rows, text: () => zooTable(rows), ids: rows.map((row) => row.name) })
    return
  }
  const summary = summaryOf(
    modelNamed(name),
    size === undefined ? undefined : countOf(size, '--size'),
    countOf(channels, '--channels'),
    countOf(classes, '--classes'),
  )
  show({ value: summary, text: () => layerTable(summary), ids: summary.layers.map((layer) => layer.name) })
}

/** @throws AppError `not_found`, with the nearest one where one is near */
function modelNamed(name: string): ModelComponent {
  const model = models.find((candidate) => candidate.name === name)
  if (model !== undefined) return model
  const near = suggestion(
    name,
    models.map((candidate) => candidate.name),
  )
  throw new AppError(
    'not_found',
    `There is no architecture ${JSON.stringify(name)}${near === undefined ? '; `anneal models` lists them.' : `; did you mean ${near}?`}`,
  )
}

function countOf(text: string, option: string): number {
  const value = Number(text)
  if (Number.isInteger(value) && value > 0 && value <= 100_000) return value
  throw new AppError('invalid_request', `${option} must be a whole number of at least 1, not ${text}.`)
}
