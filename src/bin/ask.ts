import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'
import { AppError } from '../errors.ts'

/** Asks a question on the terminal. What is typed is not shown where it is secret. @throws AppError `interrupted` on Ctrl-C and Ctrl-D */
export async function askOnTerminal(question: string, { secret }: { secret: boolean }): Promise<string> {
  let isMuted = false
  const output = new Writable({
    write(chunk: Buffer, _, done) {
      if (!isMuted) process.stderr.write(chunk)
      done()
    },
  })
  const lines = createInterface({ input: process.stdin, output, terminal: true })
  try {
    return await new Promise<string>((resolve, reject) => {
      lines.once('close', () => reject(new AppError('interrupted', 'Nothing was entered.')))
      lines.once('SIGINT', () => lines.close())
      lines.question(question, resolve)
      isMuted = secret
    })
  } finally {
    lines.close()
    if (secret) process.stderr.write('\n')
  }
}
