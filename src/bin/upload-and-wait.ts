import { basename, join, resolve } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import type { Client } from '../client/client.ts'
import { readConfig } from '../config.ts'
import { AppError } from '../errors.ts'
import type { DatasetOptions } from '../service/dataset-options.ts'
import type { Dataset } from '../service/resources.ts'
import { bytesText } from './bytes-text.ts'
import { warn } from './print.ts'
import { ingestProgress, progressBar } from './progress.ts'

const POLL_MS = 500
const MAX_LINKS = 5

/** Uploads an archive or a folder, or has the service import an address, and waits until it is ready, with progress. */
export async function uploadAndWait(client: Client, data: string, options: DatasetOptions): Promise<Dataset> {
  const isAddress = /^(https?|s3):\/\//i.test(data)
  const given = isAddress
    ? await client.post<Dataset>('/v1/datasets', { ...options, import: data })
    : await sent(client, data, options)
  const dataset = await ingested(client, isAddress ? await imported(client, given) : given)
  if (dataset.state === 'failed')
    throw new AppError('dataset_corrupt', dataset.reason?.detail ?? 'The data set could not be ingested.')
  return dataset
}

/** Sends it from where an earlier process was cut off, if one was. */
async function sent(client: Client, path: string, { name, ...options }: DatasetOptions): Promise<Dataset> {
  const bar = progressBar('upload')
  const stateFolder = join(readConfig(process.env).home, 'uploads')
  return client
    .upload<Dataset>(path, {
      name: name ?? basename(resolve(path)),
      options,
      stateFolder,
      onProgress: (bytes, total) => bar.update(bytes, total, `${bytesText(bytes)} of ${bytesText(total)}`),
      onDeadLinks: (links) =>
        warn(`${links.length} links lead nowhere and are left out: ${links.slice(0, MAX_LINKS).join(', ')}`),
    })
    .finally(() => bar.stop())
}

async function imported(client: Client, given: Dataset): Promise<Dataset> {
  const bar = progressBar('import')
  let dataset = given
  while (dataset.state === 'importing') {
    await setTimeout(POLL_MS)
    dataset = await client.get<Dataset>(`/v1/datasets/${dataset.id}`)
    bar.update(0, 1, bytesText(dataset.sizeBytes))
  }
  bar.update(1, 1, bytesText(dataset.sizeBytes))
  bar.stop()
  return dataset
}

async function ingested(client: Client, given: Dataset): Promise<Dataset> {
  const bar = ingestProgress()
  let dataset = given
  while (dataset.state === 'ingesting') {
    await setTimeout(POLL_MS)
    dataset = await client.get<Dataset>(`/v1/datasets/${dataset.id}`)
    bar.update({ files: dataset.filesRead, fraction: dataset.fractionRead })
  }
  const total = dataset.images === null ? 0 : dataset.images.train + dataset.images.val + dataset.images.test
  if (dataset.state === 'ready') bar.done(`${total} images`)
  bar.stop()
  return dataset
}
