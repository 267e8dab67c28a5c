import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { copyFile, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { pipeline } from 'node:stream/promises'
import yazl from 'yazl'
import { AppError } from '../errors.ts'
import type { ExportFormat } from '../train/export/export.ts'
import type { Result } from './protocol.ts'

/** Of every entry, so that the same model gives the same bytes. */
const MODIFIED = new Date(Date.UTC(2020, 0, 1))

/** The files of an export as one: ONNX and safetensors hold their metadata themselves, a layers-model with its shards is zipped. */
export async function packExport(
  format: ExportFormat,
  files: readonly { path: string; sizeBytes: number }[],
  target: string,
): Promise<Omit<Result<'export'>, 'metadata'>> {
  const listed = files.map(({ path, sizeBytes }) => ({ name: basename(path), sizeBytes }))
  if (format === 'tfjs') {
    const zip = new yazl.ZipFile()
    for (const { path } of files)
      zip.addFile(path, basename(path), { mtime: MODIFIED, mode: 0o100644, compress: path.endsWith('.json') })
    zip.end()
    await pipeline(zip.outputStream, createWriteStream(target))
    return { fileName: 'model.zip', contentType: 'application/zip', files: listed, ...(await measured(target)) }
  }
  const model = files.find(({ path }) => path.endsWith(`.${format}`))
  if (model === undefined) throw new AppError('internal', `The export in ${format} has no model file.`)
  await copyFile(model.path, target)
  return {
    fileName: basename(model.path),
    contentType: 'application/octet-stream',
    files: listed.filter(({ name }) => name === basename(model.path)),
    ...(await measured(target)),
  }
}

async function measured(path: string): Promise<{ sizeBytes: number; sha256: string }> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return { sizeBytes: (await stat(path)).size, sha256: hash.digest('hex') }
}
