import { Readable } from 'node:stream'
import { DataStore, MemoryLocker, Server, Upload } from '@tus/server'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { AppError, type ErrorCode } from '../errors.ts'
import type { Caller } from '../service/ports/caller.ts'
import type { Upload as UploadResource } from '../service/resources.ts'
import type { Services } from '../service/services.ts'
import { callerOf } from './auth.ts'
import { sendProblem } from './problem.ts'

export const TUS_VERSION = '1.0.0'
const PATH = '/v1/uploads'
const EXTENSIONS = ['creation', 'creation-with-upload', 'creation-defer-length', 'expiration', 'termination']
/** What of the server's answers is passed on; the others are for pages of other origins, which have no key. */
const PASSED_ON = /^(tus-|upload-|location$)/

const CODES: Readonly<Record<number, ErrorCode>> = {
  404: 'not_found',
  409: 'conflict',
  410: 'not_found',
  413: 'payload_too_large',
  415: 'unsupported_media_type',
}

/** What the server answers for extensions that it lacks, which is the client's mistake. */
const NOT_IMPLEMENTED = 501

/** What helps, where the server's own words do not say it. */
const ADVICE: Readonly<Record<number, string>> = {
  404: 'There is no such upload: it has expired, was deleted, or is another team’s.',
  409: 'Upload-Offset is not where the upload ends; ask with HEAD where it does, and resume there.',
  410: 'The upload has expired; begin another one.',
  412: `Send the header Tus-Resumable: ${TUS_VERSION}.`,
  501: 'Uploads in several parts (Upload-Concat) are not supported: send one, with tus-js-client by parallelUploads: 1.',
}

/** One process takes the requests for an upload one after the other; over several, the store refuses the later one. */
const locker = new MemoryLocker()

/** The resumable uploads of one caller as the server of the protocol sees them. */
class CallersUploads extends DataStore {
  override extensions = EXTENSIONS
  private readonly services: Services
  private readonly caller: Caller

  constructor(services: Services, caller: Caller) {
    super()
    this.services = services
    this.caller = caller
  }

  override async create(upload: Upload): Promise<Upload> {
    const { id, size, metadata } = upload
    const created = await this.services.createUpload(this.caller, {
      id,
      ...(size === undefined ? {} : { sizeBytes: size }),
      ...(metadata === undefined ? {} : { metadata }),
    })
    upload.creation_date = this.startOf(created)
    return upload
  }

  override async getUpload(id: string): Promise<Upload> {
    const found = await this.services.upload(this.caller, id)
    const { sizeBytes, offset, metadata } = found
    return new Upload({
      id,
      offset,
      creation_date: this.startOf(found),
      ...(sizeBytes === null ? {} : { size: sizeBytes }),
      ...(metadata === null ? {} : { metadata }),
    })
  }

  override write(stream: Readable, id: string, offset: number): Promise<number> {
    return this.services.appendToUpload(this.caller, id, offset, stream)
  }

  override declareUploadLength(id: string, length: number): Promise<void> {
    return this.services.declareUploadSize(this.caller, id, length)
  }

  override getExpiration(): number {
    return this.services.uploadKeptMs
  }

  /** The server counts from the creation; here the time runs from the last piece on. */
  private startOf({ expiresAt }: UploadResource): string {
    return new Date(Date.parse(expiresAt) - this.services.uploadKeptMs).toISOString()
  }
}

/**
 * Answers a request of the tus protocol. Source: https://tus.io/protocols/resumable-upload (1.0).
 * Mistakes are problem documents as everywhere, with the statuses of the protocol.
 */
export async function answerTus(
  request: FastifyRequest,
  reply: FastifyReply,
  { services, maxSize, id }: { services: Services; maxSize: number; id?: string },
): Promise<FastifyReply> {
  let failure: AppError | undefined
  const server = new Server({
    path: PATH,
    datastore: new CallersUploads(services, callerOf(request)),
    locker,
    maxSize,
    relativeLocation: true,
    namingFunction: () => services.newUploadId(),
    getFileIdFromRequest: () => id,
    onResponseError(_, error) {
      if (error instanceof AppError) failure = error
      else if (error instanceof Error) throw error
      return undefined
    },
  })
  const response = await server.handleWeb(webRequest(request))
  if (failure !== undefined) throw failure
  const { status } = response
  for (const [name, value] of response.headers) if (PASSED_ON.test(name)) reply.header(name, value)
  if (status < 400) return reply.code(status).send(status === 204 || request.method === 'HEAD' ? null : '')
  if (status === 412) reply.header('tus-version', TUS_VERSION)
  const text = (await response.text()).trim()
  return sendProblem(reply, request, {
    code: status >= 500 && status !== NOT_IMPLEMENTED ? 'internal' : (CODES[status] ?? 'invalid_request'),
    status: status === NOT_IMPLEMENTED ? 400 : status,
    detail: ADVICE[status] ?? `The upload is refused: ${text}.`,
  })
}

function webRequest({ method, url, headers, body }: FastifyRequest): Request {
  const given = new Headers()
  for (const [name, value] of Object.entries(headers)) if (typeof value === 'string') given.set(name, value)
  const content = body instanceof Readable ? (Readable.toWeb(body) as ReadableStream) : null
  return new Request(new URL(url, 'http://anneal'), {
    method,
    headers: given,
    ...(content === null ? {} : { body: content, duplex: 'half' }),
  })
}
