import { gunzipSync, gzipSync } from 'node:zlib'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ingest } from '../../../src/data/ingest.ts'
import { openPacked } from '../../../src/data/open.ts'
import { decodePredictions, encodePredictions } from '../../../src/evaluation/predictions.ts'
import { predictionsOf } from '../../../src/train/report/predictions.ts'
import { classFolders, temporaryFolder, writeZip } from '../../helpers/archives.ts'

let folder: Awaited<ReturnType<typeof temporaryFolder>>
beforeAll(async () => {
  folder = await temporaryFolder()
})
afterAll(() => folder.remove())

const packed = async (name: string, files: Record<string, Buffer>) => {
  await ingest(await writeZip(join(folder.path, `${name}.zip`), files), join(folder.path, name))
  return openPacked(join(folder.path, name))
}

describe('predictions', () => {
  it('say of every image what was answered, how surely, and whether it was right, and come back from their file', async () => {
    const dataset = await packed('three', classFolders(3, 20))
    const labels = dataset.labels('test')
    const logits = new Float32Array(labels.length * 3)
    labels.forEach((label, i) =>
      logits.set(
        [0, 1, 2].map((k) => (k === (i === 0 ? (label + 1) % 3 : label) ? 2 : 0)),
        i * 3,
      ),
    )
    const predictions = await predictionsOf(
      { logits, labels, classes: 3 },
      { dataset, split: 'test', calibration: { temperature: 2 } },
    )
    const again = decodePredictions(encodePredictions(predictions), 'the file')
    expect(again).toMatchObject({ dataset: dataset.manifest.hash, split: 'test', classes: dataset.manifest.classes })
    expect(again.labels).toEqual(labels)
    expect(again.items?.map(({ place }) => place)).toEqual([...labels.keys()])
    expect(again.items?.[0]?.file).toBe(await dataset.fileName('test', 0))
    const older = { ...predictions }
    delete older.items
    delete older.probabilities
    expect(decodePredictions(encodePredictions(older), 'the file').items).toBeUndefined()
    expect([...again.predicted].filter((answer, i) => answer === labels[i])).toHaveLength(labels.length - 1)
    expect(predictions.probabilities).toHaveLength(labels.length * 3)
    expect(again.probabilities).toBeUndefined()
    const whole = decodePredictions(encodePredictions(predictions), 'the file', { withProbabilities: true })
    expect(whole.probabilities).toHaveLength(labels.length * 3)
    whole.probabilities!.forEach((value, i) => expect(value).toBeCloseTo(predictions.probabilities![i]!, 5))
    const [, row = ''] = gunzipSync(encodePredictions(predictions)).toString('utf8').split('\n')
    const { probabilities } = JSON.parse(row) as { probabilities: number[] }
    expect(probabilities).toHaveLength(3)
    expect(probabilities.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 5)
    expect(Math.max(...probabilities)).toBeCloseTo(again.confidence[0]!, 5)
    const share = Math.E / (Math.E + 2)
    expect(again.confidence[0]).toBeCloseTo(share, 6)
    expect(again.nll[0]).toBeCloseTo(-Math.log((1 - share) / 2), 6)
    expect(again.nll[1]).toBeCloseTo(-Math.log(share), 6)
  })

  it('have the same images for the same test set, whatever the training images are, and others otherwise', async () => {
    const images = classFolders(2, 20)
    const names = Object.keys(images)
    const split = (train: readonly string[], test: readonly string[]) =>
      Object.fromEntries([
        ...train.map((name) => [`train/${name}`, images[name]!] as const),
        ...test.map((name) => [`test/${name}`, images[name]!] as const),
      ])
    const test = names.filter((_, i) => i % 4 === 0)
    const train = names.filter((_, i) => i % 4 !== 0)
    const [whole, less, other] = await Promise.all([
      packed('whole', split(train, test)),
      packed('less', split(train.slice(2), test)),
      packed('other', split(train, test.slice(1))),
    ])
    expect(whole.manifest.hash).not.toBe(less.manifest.hash)
    expect(await whole.splitHash('test')).toBe(await less.splitHash('test'))
    expect(await whole.splitHash('test')).not.toBe(await other.splitHash('test'))
  })

  it.each([
    ['not gzip', Buffer.from('{}')],
    ['another format', gzipSync('{"format":"other","formatVersion":1}\n')],
    ['cut off', gzipSync('{"format":"anneal-predictions","formatVersion":1}\n{"index":0,"lab')],
  ])('are refused when they are %s', (_, file) => {
    expect(() => decodePredictions(file, 'a/predictions.jsonl.gz')).toThrow(
      expect.objectContaining({
        code: 'invalid_request',
        message: expect.stringContaining('a/predictions') as string,
      }) as Error,
    )
  })
})
