import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The folders and files that decide how a training run goes. */
const TRAINING_CODE = [
  ...['native/CMakeLists.txt', 'native/imaging', 'native/src', 'package-lock.json'],
  ...['data', 'engine', 'spec', 'train', 'zoo'].map((folder) => `src/${folder}`),
]

/** The code of a checkout, as far as training depends on it. */
export interface TrainingCode {
  /** Abbreviated; with `+` where the working tree differs from it in this code. */
  commit: string
  /** The same for commits between which this code did not change. */
  digest: string
}

export function trainingCodeOf(checkout: string): TrainingCode {
  const git = (...args: string[]): string => execFileSync('git', ['-C', checkout, ...args], { encoding: 'utf8' })
  const untracked = git('ls-files', '--others', '--exclude-standard', '--', ...TRAINING_CODE)
    .split('\n')
    .filter((file) => file !== '')
  const changes = git('diff', 'HEAD', '--', ...TRAINING_CODE)
  const digest = createHash('sha256')
    .update(git('ls-tree', 'HEAD', '--', ...TRAINING_CODE))
    .update(changes)
  for (const file of untracked) digest.update(file).update(readFileSync(join(checkout, file)))
  const clean = changes === '' && untracked.length === 0
  return {
    commit: `${git('rev-parse', '--short=7', 'HEAD').trim()}${clean ? '' : '+'}`,
    digest: digest.digest('hex').slice(0, 12),
  }
}
