import { vi } from 'vitest'
import { run } from '../../src/bin/run.ts'

export interface CommandOutput {
  stdout: string
  stderr: string
  /** The exit code. */
  code: number
}

/** A command in this process: what it prints, and its exit code. Output stays captured until `vi.restoreAllMocks()`. */
export async function anneal(...words: string[]): Promise<CommandOutput> {
  const printed = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const)
    vi.spyOn(process[name], 'write').mockImplementation((text) => {
      printed[name] += String(text)
      return true
    })
  const code = await run(words)
  return { ...printed, code }
}
