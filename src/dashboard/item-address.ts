import type { Job } from '../service/resources.ts'

/** Address of the items of the data set that a job is trained on: of the job's version, whatever came after it. */
export const itemAddress = ({ dataset, datasetVersion }: Pick<Job, 'dataset' | 'datasetVersion'>): string =>
  `/v1/datasets/${dataset}@${datasetVersion}/items`
