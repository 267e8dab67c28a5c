import { writeFile } from 'node:fs/promises'
import { readConfig } from '../config.ts'
import { openPacked } from '../data/open.ts'
import { previewGrid } from '../data/preview.ts'
import { checkSpec } from '../job-spec/check-spec.ts'
import { resolveSpec } from '../job-spec/resolve.ts'
import { enlarged } from './enlarged.ts'
import { hostContext } from './host-context.ts'
import { withPacked } from './packed-data.ts'
import { show } from './print.ts'
import { readSpec } from './read-spec.ts'
import { prepareFile } from './target.ts'

/** Of a picture for a person, pixels. */
const LONGEST_PICTURE = 1280

export interface PreviewFlags {
  data: string
  out: string
  rows: number
  columns: number
  seed?: number
  force?: boolean
}

/** Draws training images next to their augmented versions. */
export async function drawPreview(
  path: string,
  { data, out, rows, columns, seed, force }: PreviewFlags,
): Promise<void> {
  const input = await readSpec(path)
  checkSpec(input)
  await prepareFile(out, { flag: '--out', force })
  await withPacked(data, async (directory) => {
    const { manifest } = openPacked(directory)
    const { spec } = resolveSpec(input, manifest, hostContext(readConfig(process.env)))
    const { augment, image } = spec
    const png = await previewGrid(directory, {
      augment,
      rows,
      columns,
      size: image.size,
      channels: image.channels ?? manifest.channels,
      background: image.background ?? 'black',
      seed: seed ?? spec.seed,
    })
    await writeFile(out, await enlarged(png, LONGEST_PICTURE))
    show({ value: { path: out }, text: `${out}\n`, ids: [out] })
  })
}
