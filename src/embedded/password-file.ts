import { randomBytes } from 'node:crypto'
import { chmod, readFile, writeFile } from 'node:fs/promises'

const PRIVATE = 0o600

/** The password in a file that only its owner reads, drawn when there is none. */
export async function passwordIn(file: string): Promise<string> {
  try {
    const known = (await readFile(file, 'utf8')).trim()
    if (known !== '') {
      await chmod(file, PRIVATE)
      return known
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
  const password = randomBytes(24).toString('hex')
  await writeFile(file, password, { mode: PRIVATE })
  return password
}
