import { readFile } from 'node:fs/promises'
import { AppError } from '../errors.ts'

/** A spec's file as JSON. @throws AppError `invalid_spec` when it cannot be read, or is none. */
export async function readSpec(path: string): Promise<unknown> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new AppError('invalid_spec', `${path} cannot be read.`, { cause })
  })
  try {
    return JSON.parse(text) as unknown
  } catch (cause) {
    throw new AppError('invalid_spec', `${path} is not JSON: ${cause instanceof Error ? cause.message : ''}.`, {
      cause,
    })
  }
}
