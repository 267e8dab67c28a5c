import { chmod, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { reachableCopy } from '../../../src/embedded/reachable.ts'
import { temporaryFolder } from '../../helpers/archives.ts'

describe('programs of another user', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>

  beforeAll(async () => {
    folder = await temporaryFolder()
  })

  afterAll(() => folder.remove())

  async function programs(name: string, mode: number): Promise<string> {
    const path = join(folder.path, name, 'native')
    await mkdir(join(path, 'bin'), { recursive: true })
    await writeFile(join(path, 'bin/initdb'), '#!', { mode: 0o755 })
    await symlink('initdb', join(path, 'bin/also'))
    await chmod(join(folder.path, name), mode)
    await chmod(folder.path, 0o755)
    return path
  }

  it('are used where they are if everyone may go there', async () => {
    const path = await programs('open', 0o755)
    expect(await reachableCopy(path, join(folder.path, 'unused'))).toBe(path)
    expect(await readdir(folder.path)).not.toContain('unused')
  })

  it('are copied once, with their links, from a folder that is closed', async () => {
    const path = await programs('closed', 0o700)
    const copy = join(folder.path, 'shared/copy')
    expect(await Promise.all([reachableCopy(path, copy), reachableCopy(path, copy)])).toEqual([copy, copy])
    expect(await readFile(join(copy, 'bin/also'), 'utf8')).toBe('#!')
    await writeFile(join(path, 'bin/initdb'), 'changed')
    await reachableCopy(path, copy)
    expect(await readFile(join(copy, 'bin/initdb'), 'utf8')).toBe('#!')
    expect(await readdir(join(folder.path, 'shared'))).toEqual(['copy'])
  })
})
