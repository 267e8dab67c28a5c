import { execFile } from 'node:child_process'
import { mkdir, readdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const MIGRATIONS = 'prisma/migrations'
const run = promisify(execFile)

/** What is built apart from the sources, and did not change with them. */
const SHARED = ['node_modules', 'native/build', 'build/tfjs']

export interface PreviousVersion {
  /** Its command. */
  script: string
  /** The migrations that it does not know. */
  unknown: string[]
}

/** Whether this checkout is Git's, and whole. */
export const hasHistory = (): Promise<boolean> =>
  git('rev-parse', '--is-shallow-repository').then(
    (answer) => answer === 'false',
    () => false,
  )

/**
 * Builds the last version that lacks a migration of today and whose own all stand unchanged, as Git has it, with the packages of today.
 * @throws Error in a checkout without it, such as a shallow clone
 */
export async function previousVersion(folder: string): Promise<PreviousVersion> {
  const known = (await readdir(join(ROOT, MIGRATIONS))).filter((name) => /^\d/.test(name)).sort()
  const commit = await lastWithoutSome([...known].reverse())
  await mkdir(folder, { recursive: true })
  const archive = join(folder, 'previous.tar')
  await git('archive', '--output', archive, commit)
  await run('tar', ['-xf', archive], { cwd: folder })
  for (const path of SHARED) {
    await mkdir(join(folder, path, '..'), { recursive: true })
    await symlink(join(ROOT, path), join(folder, path))
  }
  await run('node', ['scripts/prisma-generate.mjs'], { cwd: folder })
  await run('npx', ['tsc', '-p', 'tsconfig.build.json', '--noCheck'], { cwd: folder })
  const then = new Set(await readdir(join(folder, MIGRATIONS)))
  return { script: join(folder, 'dist/bin/anneal.js'), unknown: known.filter((name) => !then.has(name)) }
}

const git = async (...words: string[]): Promise<string> => (await run('git', words, { cwd: ROOT })).stdout.trim()

async function lastWithoutSome(newestFirst: readonly string[]): Promise<string> {
  for (const name of newestFirst) {
    const added = await git(
      'log',
      '--first-parent',
      '-m',
      '--diff-filter=A',
      '--format=%H',
      '-1',
      '--',
      `${MIGRATIONS}/${name}`,
    )
    if (added === '') break
    // Of the main line: commits of a branch need not work on their own, and may have written a migration anew.
    const changed = await git('diff', '--name-only', '--diff-filter=MD', `${added}^`, 'HEAD', '--', MIGRATIONS)
    if (changed === '') return `${added}^`
  }
  throw new Error(
    'No commit of this checkout is the version before the newest migration; it needs the history (git fetch --unshallow).',
  )
}
