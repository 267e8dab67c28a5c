import type { Command } from 'commander'
import { loadTfjs } from '../../engine/load.ts'
import { AppError } from '../../errors.ts'
import { parseSpec } from '../../job-spec/parse.ts'
import { suggestion } from '../../job-spec/suggestion.ts'
import { summarize, type LayerSummary, type ModelSummary } from '../../train/net/summary.ts'
import type { ModelComponent } from '../../zoo/define.ts'
import { models } from '../../zoo/models/registry.ts'
import { imagenetSource } from '../../zoo/models/transfer.ts'

const CLASSES = 1000
const SIDE = 224

interface ModelsOptions {
  size?: string
  channels: string
  classes: string
  json?: boolean
}

function summaryOf(model: ModelComponent, size: number | undefined, channels: number, classes: number): ModelSummary {
  const options = { ...parseSpec({ model: model.name }).model }
  const side = size ?? model.defaultSize(options, SIDE)
  const tf = loadTfjs()
  // Only shapes are wanted: no advice to install another backend.
  tf.enableProdMode()
  return summarize(tf, model, options, { size: side, channels, classes })
}

const millions = (count: number): string => (count / 1e6).toFixed(count < 1e7 ? 2 : 1)

function zoo(json: boolean): string {
  const rows = models.map((model) => {
    const { parameters, multiplyAdds, image } = summaryOf(model, undefined, 3, CLASSES)
    return {
      name: model.name,
      summary: model.summary,
      parameters,
      multiplyAdds,
      inputSize: image.size,
      pretrained: imagenetSource(model.name) ?? null,
      minimumSize: model.minimumSize({ ...parseSpec({ model: model.name }).model }),
    }
  })
  if (json) return `${JSON.stringify(rows, null, 2)}\n`
  const title = `${'model'.padEnd(16)} ${'parameters'.padStart(11)} ${'GFLOPs'.padStart(7)}  ${'input'.padEnd(18)} ${'ImageNet weights'.padEnd(33)} summary\n`
  return (
    title +
    rows
      .map(
        ({ name, summary, parameters, multiplyAdds, inputSize, minimumSize, pretrained }) =>
          `${name.padEnd(16)} ${parameters.toLocaleString('en').padStart(11)} ${(multiplyAdds / 1e9).toFixed(2).padStart(7)}  ` +
          `${`${inputSize} px (from ${minimumSize})`.padEnd(18)} ${(pretrained ?? '-').padEnd(33)} ${summary}\n`,
      )
      .join('') +
    `Parameters and work with ${CLASSES} classes and three channels at the input's side; a FLOP is one multiply-add.\n`
  )
}

function layerTable({ name, image, classes, layers, parameters, multiplyAdds }: ModelSummary): string {
  const width = Math.max(...layers.map((layer) => layer.name.length))
  const row = (layer: LayerSummary): string =>
    `${layer.name.padEnd(width)}  ${layer.kind.padEnd(22)} ${layer.shape.join('×').padEnd(14)} ` +
    `${layer.parameters.toLocaleString('en').padStart(11)} ${millions(layer.multiplyAdds).padStart(9)}\n`
  return (
    `${'layer'.padEnd(width)}  ${'class'.padEnd(22)} ${'output'.padEnd(14)} ${'parameters'.padStart(11)} ${'MFLOPs'.padStart(9)}\n` +
    layers.map(row).join('') +
    `${name}, ${image.size}×${image.size}×${image.channels} → ${classes} classes: ${parameters.toLocaleString('en')} parameters, ` +
    `${(multiplyAdds / 1e9).toFixed(2)} GFLOPs (multiply-adds) per image\n`
  )
}

/** `anneal models [name]`. */
export function addModelsCommand(program: Command): void {
  program
    .command('models')
    .argument('[name]', 'the architecture whose layers to show')
    .description('the architectures that a spec can name, or the layers of one')
    .option('--size <pixels>', 'side of the input, for one architecture (default: its own)')
    .option('--channels <count>', 'channels of the input, for one architecture', '3')
    .option('--classes <count>', 'classes, for one architecture', String(CLASSES))
    .option('--json', 'as JSON')
    .action((name: string | undefined, { size, channels, classes, json }: ModelsOptions) => {
      if (name === undefined) {
        process.stdout.write(zoo(json === true))
        return
      }
      const model = models.find((candidate) => candidate.name === name)
      if (model === undefined) {
        const known = models.map((candidate) => candidate.name)
        const near = suggestion(name, known)
        throw new AppError(
          'not_found',
          `There is no architecture ${JSON.stringify(name)}${near === undefined ? '; `anneal models` lists them.' : `; did you mean ${near}?`}`,
        )
      }
      const count = (text: string, option: string): number => {
        const value = Number(text)
        if (Number.isInteger(value) && value > 0 && value <= 100_000) return value
        throw new AppError('invalid_request', `${option} must be a whole number of at least 1, not ${text}.`)
      }
      const summary = summaryOf(
        model,
        size === undefined ? undefined : count(size, '--size'),
        count(channels, '--channels'),
        count(classes, '--classes'),
      )
      process.stdout.write(json === true ? `${JSON.stringify(summary, null, 2)}\n` : layerTable(summary))
    })
}
