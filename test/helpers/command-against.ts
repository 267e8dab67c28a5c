import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Command } from 'commander'
import { afterAll, beforeAll, beforeEach, vi } from 'vitest'
import { addCommonOptions } from '../../src/bin/common-options.ts'

/** Commands that call a server which answers as a test has it, for the tests of a file. */
export function commandsAgainst(respond: RequestListener, ...add: ((program: Command) => void)[]) {
  let server: Server
  /** Method and address of each call of a test. */
  const calls: string[] = []
  beforeAll(async () => {
    server = createServer((request, response) => {
      calls.push(`${request.method} ${request.url}`)
      respond(request, response)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    vi.stubEnv('ANNEAL_URL', `http://127.0.0.1:${port}`)
    vi.stubEnv('ANNEAL_API_KEY', 'ak_test')
  })
  afterAll(() => {
    vi.unstubAllEnvs()
    server.close()
  })
  beforeEach(() => void calls.splice(0))

  /** Runs a command. @returns what it has printed */
  async function run(...words: string[]): Promise<string> {
    const printed: string[] = []
    const write = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
      printed.push(String(text))
      return true
    })
    const program = new Command()
    for (const addTo of add) addTo(program)
    addCommonOptions(program, { callsService: true })
    try {
      await program.parseAsync(words, { from: 'user' })
    } finally {
      write.mockRestore()
    }
    return printed.join('')
  }
  return { calls, run }
}
