import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CachedFiles } from '../../../src/blobs/cache/cached-files.ts'
import { askInOrder, shardArrived } from '../../../src/data/packed/arrival.ts'
import { temporaryFolder } from '../../helpers/archives.ts'
import { eventually } from '../../helpers/service.ts'

let folder: Awaited<ReturnType<typeof temporaryFolder>>
beforeAll(async () => {
  folder = await temporaryFolder()
})
afterAll(async () => {
  for (const files of opened) await files.close()
  await folder.remove()
})

const opened: CachedFiles[] = []
const sha256 = (content: string): string => createHash('sha256').update(content).digest('hex')
const shard = (content: string): string => `shards/${sha256(content)}.bin`

let stores = 0
/** An object storage in memory, which counts what is read, and can hold back or damage it. */
async function store(contents: Readonly<Record<string, string>>, { maxBytes = 1e9 } = {}) {
  const root = join(folder.path, `store-${stores++}`)
  await mkdir(root)
  const reads: string[] = []
  let gate: Promise<void> = Promise.resolve()
  let damage = (content: string): string => content
  const blobs = {
    read(key: string): Readable {
      reads.push(key)
      return Readable.from(
        (async function* () {
          await gate
          const content = contents[key]
          if (content === undefined) throw Object.assign(new Error(`no ${key}`), { code: 'ENOENT' })
          yield Buffer.from(damage(content))
        })(),
      )
    },
    files: async (key: string) =>
      Object.entries(contents)
        .filter(([name]) => name.startsWith(`${key}/`))
        .map(([name, content]) => ({
          name: name.slice(key.length + 1),
          sizeBytes: content.length,
          sha256: sha256(content),
        })),
  }
  const open = (name: string): CachedFiles => {
    const files = new CachedFiles(blobs, { cache: join(root, 'cache'), maxBytes, held: join(root, name), writer: name })
    opened.push(files)
    return files
  }
  return {
    reads,
    open,
    cached: async () =>
      (await readdir(join(root, 'cache'), { recursive: true, withFileTypes: true }))
        .filter((entry) => entry.isFile())
        .map(({ name }) => name),
    holdBack(): () => void {
      let release = (): void => undefined
      gate = new Promise((resolve) => (release = resolve))
      return () => release()
    },
    setDamage: (change: typeof damage) => void (damage = change),
  }
}

describe('the cache of a machine', () => {
  it('fetches a content once for all that ask, in whichever process', async () => {
    const { open, reads } = await store({ 'checkpoints/a': 'same', 'checkpoints/b': 'same' })
    const [one, other] = [open('one'), open('other')]
    const held = [one.hold(), one.hold(), other.hold()]
    const paths = [
      await held[0]!.file('checkpoints/a', sha256('same')),
      await held[1]!.file('checkpoints/b', sha256('same')),
      await held[2]!.file('checkpoints/b', sha256('same')),
    ]
    for (const path of paths) expect(await readFile(path, 'utf8')).toBe('same')
    expect(reads).toEqual(['checkpoints/a'])
  })

  it('keeps no more than its bound of what nobody holds, the most recently used', async () => {
    const contents = Object.fromEntries(Array.from({ length: 8 }, (_, i) => [`k/${i}`, `${i}`.repeat(100)]))
    const { open, cached } = await store(contents, { maxBytes: 450 })
    const files = open('one')
    const kept = files.hold()
    const first = await kept.file('k/0', sha256(contents['k/0']!))
    for (let i = 1; i < 8; i++) {
      // Of other processes: each lets go of its link when it ends.
      const process = open(`process-${i}`)
      await process.hold().file(`k/${i}`, sha256(contents[`k/${i}`]!))
      await process.close()
    }
    const left = await cached()
    expect(left.length).toBeLessThanOrEqual(5)
    expect(left).toContain(sha256(contents['k/0']!))
    expect(left).toContain(sha256(contents['k/7']!))
    expect(left).not.toContain(sha256(contents['k/1']!))
    expect(await readFile(first, 'utf8')).toBe(contents['k/0'])
  })

  it('takes in nothing of another hash, and nothing that broke off', async () => {
    const damaged = await store({ 'checkpoints/a': 'good' })
    damaged.setDamage(() => 'bad!')
    const held = damaged.open('one').hold()
    await expect(held.file('checkpoints/a', sha256('good'))).rejects.toMatchObject({ code: 'blob_damaged' })
    expect(await damaged.cached()).toEqual([])
    damaged.setDamage((content) => content)
    expect(await readFile(await held.file('checkpoints/a', sha256('good')), 'utf8')).toBe('good')
    await expect(held.file('checkpoints/gone', sha256('gone'))).rejects.toMatchObject({ code: 'ENOENT' })
  })
})

describe('a folder that is held', () => {
  const contents = {
    'ds/manifest.json': '{}',
    'ds/index.bin': 'index',
    ...Object.fromEntries(['a', 'b', 'c', 'd', 'e', 'f'].map((name) => [`ds/${shard(name)}`, name])),
  }

  it('is there whole, and goes when the process ends', async () => {
    const { open } = await store(contents)
    const files = open('one')
    const path = await files.hold().folder('ds', 'whole')
    expect((await readdir(path)).sort()).toEqual(['index.bin', 'manifest.json', 'shards'])
    expect(await readdir(join(path, 'shards'))).toHaveLength(6)
    await files.close()
    await expect(stat(path)).rejects.toMatchObject({ code: 'ENOENT' })
  })

  it('has what describes it at once, and a shard when it is asked for', async () => {
    const { open, reads } = await store(contents)
    const path = await open('one').hold().folder('ds', 'on-demand')
    expect(await readFile(join(path, 'index.bin'), 'utf8')).toBe('index')
    expect(reads.filter((key) => key.includes('shards/'))).toEqual([])
    await Promise.all(['c', 'e'].map((name) => shardArrived(join(path, shard(name)))))
    expect(await readFile(join(path, shard('c')), 'utf8')).toBe('c')
    expect(reads.filter((key) => key.includes('shards/')).sort()).toEqual(
      [`ds/${shard('c')}`, `ds/${shard('e')}`].sort(),
    )
  })

  it('comes in the order in which a run needs its shards, those first that a reader waits for', async () => {
    const { open, reads, holdBack } = await store(contents)
    const files = open('one')
    const path = await files.hold().folder('ds', 'on-demand')
    const release = holdBack()
    // A reader that waits for one, and the order of the run.
    const waits = shardArrived(join(path, shard('f')))
    await eventually(async () => reads.includes(`ds/${shard('f')}`) || undefined)
    askInOrder(path, () => ['e', 'd', 'c', 'b', 'a'].map(sha256))
    await eventually(async () => !existsSync(join(path, '.order.json')) || undefined)
    const streaming = files.hold()
    await streaming.folder('ds', 'stream')
    release()
    await waits
    await files.hold().folder('ds', 'whole')
    const fetched = reads.filter((key) => key.includes('shards/'))
    const inOrder = ['f', 'e', 'd', 'c', 'b', 'a'].map((name) => `ds/${shard(name)}`)
    expect(fetched[0]).toBe(inOrder[0])
    // Four at a time.
    expect(fetched.slice(0, 4).sort()).toEqual(inOrder.slice(0, 4).sort())
    expect(fetched).toHaveLength(6)
  })

  it('says that it could not be fetched, and is tried anew by the next', async () => {
    const damaged = await store(contents)
    damaged.setDamage((content) => (content === 'd' ? 'x' : content))
    const files = damaged.open('one')
    const held = files.hold()
    const path = await held.folder('ds', 'stream')
    await expect(shardArrived(join(path, shard('d')))).rejects.toMatchObject({ code: 'unavailable', retryable: true })
    damaged.setDamage((content) => content)
    const again = await files.hold().folder('ds', 'whole')
    expect(await readFile(join(again, shard('d')), 'utf8')).toBe('d')
    // Where nobody fetches, a shard that is missing is an error.
    await expect(shardArrived(join(folder.path, 'shards/none.bin'))).rejects.toMatchObject({ code: 'dataset_corrupt' })
  })
})
