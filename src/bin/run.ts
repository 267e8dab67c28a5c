import { failureOf } from './failure.ts'
import { createProgram } from './program.ts'
import { styled } from './style.ts'

/** Runs the command that `words` say, prints what went wrong, and returns the exit code. */
export async function run(words: readonly string[]): Promise<number> {
  try {
    const program = await createProgram(words)
    await program.parseAsync(words, { from: 'user' })
    return Number(process.exitCode ?? 0)
  } catch (error) {
    const { text, exitCode } = failureOf(error, words)
    process.stderr.write(text.replace(/^error:/, (mark) => styled('red', mark, process.stderr)))
    return exitCode
  }
}
