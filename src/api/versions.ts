import type { FastifyReply, FastifyRequest } from 'fastify'
import type { DatasetVersion } from '../service/resources.ts'
import type { Services } from '../service/services.ts'
import { callerOf } from './auth.ts'
import { once, type CreatingCall } from './idempotency.ts'

/** Answers a call that makes a version of a data set, once for an idempotency key, with the version's address. */
export async function answerVersion(
  services: Services,
  request: FastifyRequest,
  reply: FastifyReply,
  call: Required<Pick<CreatingCall<DatasetVersion>, 'run' | 'content'>>,
): Promise<DatasetVersion> {
  const version = await once(services, request, reply, {
    status: 202,
    prefix: 'dv',
    find: (requestId) => services.store.requestedVersion(callerOf(request).teamId, requestId),
    ...call,
  })
  reply.header('location', `/v1/datasets/${version.dataset}@${version.version}`)
  return version
}
