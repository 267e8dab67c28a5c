import { mkdir, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { handOver } from '../../../src/train/process/hand-over.ts'
import { writeWhole } from '../../../src/train/process/write-file-atomic.ts'
import { temporaryFolder } from '../../helpers/archives.ts'

it('a checkpoint that was reported keeps its bytes when a later one takes the place of its file', async () => {
  const folder = await temporaryFolder()
  const [path, handed] = [join(folder.path, 'checkpoints', 'last.safetensors'), join(folder.path, 'hand-over')]
  await mkdir(handed)
  const report = async (step: number, text: string) =>
    handOver(
      { type: 'checkpoint', kind: 'last', step, metrics: {}, ...(await writeWhole(path, Buffer.from(text))) },
      handed,
    )
  const events = [await report(1, 'first'), await report(2, 'second'), await report(2, 'second')]
  const paths = events.map((event) => ('path' in event ? event.path : ''))
  expect(await Promise.all(paths.map((each) => readFile(each, 'utf8')))).toEqual(['first', 'second', 'second'])
  expect(await readFile(path, 'utf8')).toBe('second')
  await folder.remove()
})

it('a checkpoint that is reported twice at the same step can be taken away twice', async () => {
  const folder = await temporaryFolder()
  const path = join(folder.path, 'last.safetensors')
  const written = await writeWhole(path, Buffer.from('the end of an epoch, and the interruption'))
  const report = async () => {
    const event = await handOver({ type: 'checkpoint', kind: 'last', step: 5, metrics: {}, ...written }, folder.path)
    return 'path' in event ? event.path : ''
  }
  for (const reported of [await report(), await report()]) await rename(reported, join(folder.path, 'taken'))
  await folder.remove()
})
