/**
 * The predictor process: loads the engine, answers requests (`predictor/protocol.ts`) from standard input on fd 3, and ends with its
 * standard input.
 */
import { createWriteStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { loadEngine } from '../engine/load.ts'
import { AppError } from '../errors.ts'
import { isRequest, type PredictorSettings, type Reply, type Request } from '../predictor/protocol.ts'
import { createWork, type Work } from '../predictor/work.ts'

const replies = createWriteStream('', { fd: 3 })
const reply = (message: Reply): void => {
  replies.write(`${JSON.stringify(message)}\n`)
}

function failure(id: number, error: unknown): Reply {
  const known = error instanceof AppError
  if (!known) process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
  return {
    id,
    error: {
      code: known ? error.code : 'internal',
      message: known ? error.message : 'The prediction failed; the log says why.',
      errors: known ? error.errors : [],
      retryable: known && error.retryable,
    },
  }
}

const settings = JSON.parse(process.argv[2] ?? '{}') as PredictorSettings
const work = loadEngine(settings).then((engine) => createWork(engine, settings))
work.catch(() => undefined)

async function answer({ id, method, params }: Request): Promise<void> {
  try {
    const run = (await work)[method] as (params: Request['params']) => ReturnType<Work[typeof method]>
    reply({ id, result: await run(params) })
  } catch (error) {
    reply(failure(id, error))
  }
}

process.on('SIGINT', () => undefined)
const lines = createInterface({ input: process.stdin })
lines.on('line', (line) => {
  const request: unknown = JSON.parse(line)
  if (isRequest(request)) void answer(request)
  else {
    const { id } = request as { id?: unknown }
    const where = isRequest.errors?.[0]
    reply(
      failure(
        typeof id === 'number' ? id : 0,
        new AppError(
          'invalid_request',
          `The request is not valid: ${where?.instancePath ?? ''} ${where?.message ?? ''}.`,
        ),
      ),
    )
  }
})
// The parent keeps this pipe open while it lives.
lines.on('close', () => {
  replies.end(() => process.exit(0))
})
