import { loadTfjs } from '../../src/engine/load.ts'
import { parseSpec } from '../../src/job-spec/parse.ts'
import { summarize } from '../../src/train/net/summary.ts'
import { models } from '../../src/zoo/models/registry.ts'

const CLASSES = 1000
const SIDE = 224
const CHANNELS = 3

/** What the list of architectures says of each: nets take a second to be made, which a list should not. */
export function zooFigures(): string {
  const tf = loadTfjs()
  // Only shapes are wanted: no advice to install another backend.
  tf.enableProdMode()
  const lines = models.map((model) => {
    const options = { ...parseSpec({ model: model.name }).model }
    const inputSize = model.defaultSize(options, SIDE)
    const shape = { size: inputSize, channels: CHANNELS, classes: CLASSES }
    const { parameters, multiplyAdds } = summarize(tf, model, options, shape)
    const figures = { parameters, multiplyAdds, inputSize, minimumSize: model.minimumSize(options) }
    const fields = Object.entries(figures).map(([name, value]) => `${name}: ${value}`)
    return `  ${model.name}: { ${fields.join(', ')} },\n`
  })
  return `// Made from the architectures by \`npm run docs\`; do not edit.

export interface ArchitectureFigures {
  parameters: number
  /** Per image. */
  multiplyAdds: number
  /** Side of the input, pixels, for images of ${SIDE} pixels. */
  inputSize: number
  minimumSize: number
}

/** With ${CLASSES} classes, three channels and the options' defaults. */
export const ARCHITECTURE_FIGURES: Readonly<Record<string, ArchitectureFigures>> = {
${lines.join('')}}
`
}
