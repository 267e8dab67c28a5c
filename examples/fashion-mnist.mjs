// Writes a few images of Fashion-MNIST as PNG files, OUT/<split>/<class>/NNNNN.png:
// node examples/fashion-mnist.mjs OUT [--train 200] [--test 50] [--smallest COUNT] [--classes sandal,sneaker]
// Numbers are images per class; with --smallest the training classes shrink geometrically, from --train down to it.
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { fashionMnist } from '../scripts/demo/fashion-mnist.mjs'

const CLASSES = ['t-shirt', 'trouser', 'pullover', 'dress', 'coat', 'sandal', 'shirt', 'sneaker', 'bag', 'ankle-boot']
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    train: { type: 'string', default: '200' },
    test: { type: 'string', default: '50' },
    smallest: { type: 'string' },
    classes: { type: 'string', default: CLASSES.join(',') },
  },
})
const [out] = positionals
const classes = values.classes.split(',')
const largest = Number(values.train)
const smallest = Number(values.smallest ?? largest)
const sizes = {
  train: classes.map((_, i) => Math.round(largest * (smallest / largest) ** (i / (classes.length - 1)))),
  test: classes.map(() => Number(values.test)),
}

if (!existsSync(out)) {
  const partial = `${out}.partial`
  for (const split of ['train', 'test']) {
    const left = new Map(classes.map((name, i) => [name, sizes[split][i]]))
    for (const { label, index, png } of fashionMnist(split)) {
      const more = left.get(label) ?? 0
      if (more === 0) continue
      left.set(label, more - 1)
      const path = join(partial, split, label, `${String(index).padStart(5, '0')}.png`)
      mkdirSync(dirname(path), { recursive: true })
      writeFileSync(path, png())
    }
  }
  renameSync(partial, out)
}
console.log(
  `${out}: ${sizes.train.reduce((a, b) => a + b)} training and ${sizes.test.reduce((a, b) => a + b)} test images`,
)
