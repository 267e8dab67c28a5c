import { readFile } from 'node:fs/promises'
import { encode } from 'fast-png'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Engine } from '../../../src/engine/engine.ts'
import { loadEngine } from '../../../src/engine/load.ts'
import { decodeSuggestions, type Suggestions } from '../../../src/evaluation/suggestions.ts'
import { referencePlaces } from '../../../src/train/evaluate/neighbours.ts'
import { classFolders, type Files } from '../../helpers/archives.ts'
import { SMALL_JOB, trainingOn, type Training } from '../../helpers/training.ts'

const SWAPPED = ['test/class1/62.png', 'test/class2/65.png', 'val/class0/50.png']
const OUTLIER = 'test/class2/odd.png'
const SIDE = 12

/** Images 0 to 44 of each class are for training, 45 to 59 for validation, 60 to 79 for the test; three are in wrong folders, and one is a checkerboard. */
function imagesWithErrors(): Files {
  const files = Object.entries(classFolders(3, 80, { side: SIDE })).map(([name, data]): [string, Buffer] => {
    const [label = '', file = ''] = name.split('/')
    const i = Number.parseInt(file)
    const split = i < 45 ? 'train' : i < 60 ? 'val' : 'test'
    const wrong = SWAPPED.find((path) => path.endsWith(`/${file}`) && path.startsWith(split))
    const swaps = wrong !== undefined && label === `class${(Number(wrong.split('/')[1]?.slice(-1)) + 1) % 3}`
    return [swaps ? wrong.replace('.png', 'x.png') : `${split}/${name}`, data]
  })
  const data = Uint8Array.from({ length: SIDE * SIDE }, (_, k) => ((k + Math.floor(k / SIDE)) % 2 === 0 ? 255 : 0))
  return {
    ...Object.fromEntries(files),
    [OUTLIER]: Buffer.from(encode({ width: SIDE, height: SIDE, channels: 1, depth: 8, data })),
  }
}

let engine: Engine
let training: Training
beforeAll(async () => {
  engine = await loadEngine({ engine: 'torch', threads: 1 })
  training = await trainingOn(imagesWithErrors(), engine, SMALL_JOB)
})
afterAll(() => training.remove())

async function suggestionsOf(spec: object, out: string): Promise<Suggestions> {
  const events = await training.run(spec, out)
  const artifact = events.find((event) => event.type === 'artifact' && event.kind === 'suggestions')
  if (artifact?.type !== 'artifact') throw new Error('There are no suggestions.')
  return decodeSuggestions(await readFile(artifact.path), artifact.path)
}

const filesOf = ({ suggestions }: Suggestions, kind: string): string[] =>
  suggestions.filter((suggestion) => suggestion.kind === kind).map(({ file }) => file)

describe('a job suggests', () => {
  it('held-out images in wrong folders, and one unlike all others, the same in each run', async () => {
    const made = await suggestionsOf({}, 'errors')
    expect(made.covers).toEqual({ train: 0, val: 45, test: 61 })
    expect(
      filesOf(made, 'label')
        .filter((file) => file !== OUTLIER)
        .sort(),
    ).toEqual(SWAPPED.map((file) => file.replace('.png', 'x.png')))
    expect(filesOf(made, 'outlier')).toContain(OUTLIER)
    for (const { file, label, suggested } of made.suggestions)
      if (file.endsWith('x.png')) expect(suggested).toBe(`class${(Number(label.slice(-1)) + 1) % 3}`)
    expect(await suggestionsOf({}, 'errors-again')).toEqual(made)
  })

  it('images by their places in the whole data set where a class is held out of training', async () => {
    const openSet = { name: 'threshold', unknownClass: 'class0' }
    const { covers, suggestions } = await suggestionsOf({ openSet }, 'open')
    expect(covers).toEqual({ train: 0, val: 29, test: 42 })
    expect(suggestions.map(({ file }) => file)).toContain('test/class1/62x.png')
    const { dataset } = training
    const { train, val } = dataset.manifest.counts
    for (const { split, index, item, file } of suggestions) {
      expect(await dataset.fileName(split, index)).toBe(file)
      expect(item).toBe(index + { train: 0, val: train, test: train + val }[split])
    }
  })
})

describe('training images to compare with', () => {
  it('are spread evenly over each class, rare classes whole', () => {
    const labels = Int32Array.from({ length: 9010 }, (_, i) => (i % 901 === 0 ? 1 : 0))
    const places = referencePlaces(labels, 2)
    const ofClass = (label: number): Int32Array => places.filter((place) => labels[place] === label)
    expect([ofClass(0).length, ofClass(1).length]).toEqual([2000, 10])
    const gaps = ofClass(0).map((place, i, all) => place - (all[i - 1] ?? place - 4))
    expect([Math.min(...gaps), Math.max(...gaps)]).toEqual([4, 5])
    expect(referencePlaces(new Int32Array(0), 2)).toEqual(new Int32Array(0))
  })
})
