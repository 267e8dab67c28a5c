import { createHash } from 'node:crypto'
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { filesOfFolder, openFolderBlobs } from '../../../src/blobs/folder.ts'
import type { Blobs, HeldBlobs } from '../../../src/service/ports/blobs.ts'
import { restoreCheckpoints, verifiedPaths } from '../../../src/worker/checkpoint-restore.ts'

let folder: string
let blobs: Blobs
let held: HeldBlobs
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'restore-'))
  blobs = openFolderBlobs(folder)
  held = filesOfFolder(folder).hold()
})
afterAll(() => rm(folder, { recursive: true }))

async function kept(kind: string, step: number, stored: string, found: string | undefined = stored) {
  const blobKey = `${kind}-${step}`
  if (found !== '') await writeFile(join(folder, blobKey), found)
  return { kind, step, blobKey, sha256: createHash('sha256').update(stored).digest('hex') }
}

describe('checkpoints of a job that is resumed', () => {
  it('are the newest of each kind whose bytes are those that were stored', async () => {
    const target = await mkdtemp(join(folder, 'to-'))
    const { damaged } = await restoreCheckpoints(
      [
        await kept('last', 30, 'third', 'thirf'),
        await kept('last', 20, 'second'),
        await kept('best', 25, 'finest', ''),
        await kept('averaged', 30, 'mean'),
      ],
      blobs,
      target,
    )
    expect(await readFile(join(target, 'last.safetensors'), 'utf8')).toBe('second')
    expect((await readdir(target)).sort()).toEqual(['averaged.safetensors', 'last.safetensors'])
    expect(damaged).toEqual([
      { kind: 'last', step: 30, problem: 'is damaged: its content is not what was stored' },
      { kind: 'best', step: 25, problem: 'is missing from the storage' },
    ])
  })

  it('are looked at too where a spec names them', async () => {
    const good = await kept('good', 1, 'a')
    const bad = await kept('bad', 1, 'a', 'b')
    expect(await verifiedPaths({ ckpt_1: good }, held)).toEqual({ ckpt_1: join(folder, 'good-1') })
    await expect(verifiedPaths({ ckpt_2: bad }, held)).rejects.toMatchObject({
      code: 'checkpoint_damaged',
      message: expect.stringContaining('ckpt_2') as string,
    })
  })
})
