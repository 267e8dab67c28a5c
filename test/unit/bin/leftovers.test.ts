import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readdir, stat, utimes, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { takeHome } from '../../../src/bin/home.ts'
import { lives, ownTag } from '../../../src/bin/process-tag.ts'
import { sweepLeftovers } from '../../../src/bin/sweep.ts'
import { temporaryFolder } from '../../helpers/archives.ts'

let folder: Awaited<ReturnType<typeof temporaryFolder>>
beforeEach(async () => {
  folder = await temporaryFolder()
})
afterEach(() => folder.remove())

const [place = '', pid = '', start = ''] = ownTag().split('-')
const ELSEWHERE = `00000000-${pid}-${start}`

async function endedProcess(): Promise<number> {
  const child = spawn('true')
  await once(child, 'exit')
  return child.pid ?? 0
}

describe('the tag of a process', () => {
  it('tells that it lives', () => expect(lives(ownTag())).toBe(true))
  it('tells that it is gone when its number is', async () =>
    expect(lives(`${place}-${await endedProcess()}-${start}`)).toBe(false))
  it('tells that it is gone when its number was given again, as in a container that started anew', () =>
    expect(lives(`${place}-${pid}-0123abcd`)).toBe(false))
  it('tells nothing of another machine or container', () => expect(lives(ELSEWHERE)).toBeUndefined())
  it('tells nothing of a name that is no tag', () => expect(lives('4711')).toBeUndefined())
})

async function old(path: string, ms: number): Promise<void> {
  const time = new Date(Date.now() - ms)
  await utimes(path, time, time)
}

describe('what dead processes left', () => {
  it('is removed, and what living ones and other machines write is not', async () => {
    const dead = `${place}-${await endedProcess()}-${start}`
    const names = [
      ...[
        `work/worker-${dead}/job_1/checkpoints/`,
        `work/api-${place}-${pid}-0123abcd/`,
        'work/4711999/',
        `work/api-${pid}/`,
      ],
      ...[`work/worker-${ownTag()}/`, `work/worker-${ELSEWHERE}/`],
      ...[
        `blobs/uploads/a.${dead}.00ff.partial`,
        `blobs/datasets/ds_1.${dead}.00ff.partial/pixels.bin`,
        'blobs/old.partial',
      ],
      ...[
        `blobs/uploads/b.${ownTag()}.00ff.partial`,
        `blobs/uploads/c.${ELSEWHERE}.00ff.partial`,
        'blobs/fresh.partial',
      ],
      ...['blobs/checkpoints/job_1/last.safetensors', 'downloads/1234.4711999', 'downloads/5678.4711998'],
    ]
    for (const name of names) {
      const path = join(folder.path, name)
      await mkdir(name.endsWith('/') ? path : dirname(path), { recursive: true })
      if (!name.endsWith('/')) await writeFile(path, 'x')
    }
    await old(join(folder.path, 'blobs/old.partial'), 2 * 3_600_000)
    await old(join(folder.path, 'downloads/1234.4711999'), 2 * 3_600_000)
    const places = {
      work: join(folder.path, 'work'),
      blobs: join(folder.path, 'blobs'),
      downloads: join(folder.path, 'downloads'),
    }
    expect(await sweepLeftovers(places)).toHaveLength(8)
    expect((await readdir(places.work)).sort()).toEqual([`worker-${ELSEWHERE}`, `worker-${ownTag()}`].sort())
    expect((await readdir(join(places.blobs, 'uploads'))).sort()).toEqual(
      [`b.${ownTag()}.00ff.partial`, `c.${ELSEWHERE}.00ff.partial`].sort(),
    )
    expect(await readdir(join(places.blobs, 'datasets'))).toEqual([])
    expect(await readdir(places.downloads)).toEqual(['5678.4711998'])
    expect(await readdir(join(places.blobs, 'checkpoints/job_1'))).toEqual(['last.safetensors'])
  })

  it('of another machine is removed when nobody has touched it for a while', async () => {
    const places = {
      work: join(folder.path, 'work'),
      blobs: join(folder.path, 'blobs'),
      downloads: join(folder.path, 'none'),
    }
    const left = join(places.work, `worker-${ELSEWHERE}`)
    await mkdir(left, { recursive: true })
    await old(left, 3_600_000)
    expect(await sweepLeftovers(places)).toEqual([left])
  })
})

describe('a home', () => {
  it('is its owner’s alone, and is taken by one', async () => {
    const home = join(folder.path, 'home')
    const held = await takeHome(home)
    expect((await stat(home)).mode & 0o777).toBe(0o700)
    expect((await stat(join(home, 'serve.pid'))).mode & 0o777).toBe(0o600)
    await expect(takeHome(home)).rejects.toMatchObject({ code: 'conflict' })
    await held.release()
    expect(await readdir(home)).toEqual([])
  })

  it.each([
    ['a process that is gone', async () => String(await endedProcess())],
    ['a process of another kind that has the number now', async () => String(process.ppid)],
    ['a process that had our number before', async () => `${place}-${pid}-0123abcd`],
    ['nobody', async () => ''],
  ])('is taken over from the lock of %s', async (_, lock) => {
    await writeFile(join(folder.path, 'serve.pid'), await lock())
    const held = await takeHome(folder.path)
    await held.release()
  })

  it('is taken over from another container once that has stopped telling that it lives', async () => {
    const lock = join(folder.path, 'serve.pid')
    await writeFile(lock, ELSEWHERE)
    await old(lock, 60_000)
    await (await takeHome(folder.path)).release()
  })

  it('is not taken over from another container that lives', async () => {
    const lock = join(folder.path, 'serve.pid')
    await writeFile(lock, ELSEWHERE)
    const beat = setInterval(() => void utimes(lock, new Date(), new Date()), 500)
    await expect(takeHome(folder.path)).rejects.toMatchObject({ code: 'conflict' })
    clearInterval(beat)
  })
})
