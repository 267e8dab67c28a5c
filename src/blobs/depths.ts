/** Folders of blobs, and at which depth below them a blob is: `datasets/VERSION`, `checkpoints/JOB/FILE`. Others are left alone. */
export const BLOB_DEPTHS: Readonly<Record<string, number>> = {
  uploads: 1,
  datasets: 1,
  exports: 1,
  checkpoints: 2,
  artifacts: 2,
  predictions: 2,
  logs: 2,
}
