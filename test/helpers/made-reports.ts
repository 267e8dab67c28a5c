import { join } from 'node:path'
import { ingest } from '../../src/data/ingest.ts'
import { openPacked } from '../../src/data/open.ts'
import type { PackedDataset } from '../../src/data/packed.ts'
import { openSetReport } from '../../src/evaluation/open-set.ts'
import type { Report } from '../../src/evaluation/report.ts'
import { circumstancesOf } from '../../src/train/report/circumstances.ts'
import { makeReport } from '../../src/train/report/make-report.ts'
import { rngFor } from '../../src/zoo/rng.ts'
import { writeZip, type Files } from './archives.ts'

export async function packedFrom(folder: string, name: string, files: Files): Promise<PackedDataset> {
  await ingest(await writeZip(join(folder, `${name}.zip`), files), join(folder, name))
  return openPacked(join(folder, name))
}

/** The report of a model whose answers are drawn: classes are the better known the earlier they stand, and neighbours are mistaken for each other. */
export async function madeReport(dataset: PackedDataset, { temperature = 1.3 } = {}): Promise<Report> {
  const rng = rngFor(7)
  const labels = dataset.labels('test')
  const classes = dataset.manifest.classes.length
  const logits = Float32Array.from({ length: labels.length * classes }, () => rng.normal())
  labels.forEach((label, i) => {
    logits[i * classes + label]! += 4 - (2.5 * label) / classes
    logits[i * classes + ((label + 1) % classes)]! += 1.5
  })
  const evaluated = { logits, labels, classes }
  const calibration = { temperature }
  const made = await makeReport(evaluated, {
    dataset,
    split: 'test',
    weights: 'best',
    calibration,
    seconds: 95,
    seen: dataset.manifest.classCounts.train,
  })
  const known = Float64Array.from({ length: 300 }, () => rng.uniform() ** 0.4)
  return {
    ...made,
    ...(await circumstancesOf(evaluated, { dataset, split: 'test' })),
    openSet: openSetReport(
      {
        known,
        correct: Uint8Array.from(known, (value) => (rng.uniform() < value ? 1 : 0)),
        unknown: Float64Array.from({ length: 200 }, () => rng.uniform()),
      },
      0.6,
    ),
    cost: {
      seconds: 95,
      imagesPerSecond: 1234.5,
      evaluationImagesPerSecond: 3210,
      latency: { batch: 1, runs: 30, medianMs: 3.21, p90Ms: 4.5 },
      parameters: 272_474,
      checkpointBytes: 1_100_000,
      device: 'cpu',
      threads: 2,
    },
    provenance: {
      createdAt: '2026-11-29T12:00:00.000Z',
      version: '1.0.0',
      node: 'v20.20.2',
      platform: 'linux x64',
      cpu: 'AMD EPYC',
      engine: 'torch (2.5.1)',
      device: 'cpu',
      threads: 2,
      precision: 'float32',
      seed: 0,
      specHash: 'a'.repeat(64),
      job: { id: 'job_1', name: 'flowers', url: 'https://anneal.example.com/jobs/job_1' },
      dataset: { id: 'ds_1', name: 'Flowers', version: 2 },
      pretrained: { name: 'timm/resnet18.a1_in1k', sha256: 'b'.repeat(64), licence: 'apache-2.0' },
    },
  }
}
