import { setTimeout } from 'node:timers/promises'
import { AppError } from '../errors.ts'
import type { Services } from '../service/services.ts'

const ANSWERED_FOR_MS = 1000
const MAX_WAIT_MS = 2000
const NAMES = ['database', 'queue', 'blob storage'] as const

/** What `/readyz` says where everything that requests need answers. */
export interface Readiness {
  /** Workers that are registered and alive: with none, jobs wait, and the API serves all the same. */
  workers: number
}

/**
 * Whether database, queue and blobs answer: asked at most once a second, however many ask, and with an answer within two.
 * @throws AppError `unavailable` that names what does not answer
 */
export function readiness(services: Pick<Services, 'store' | 'queue' | 'blobs'>): () => Promise<Readiness> {
  const { store, queue, blobs } = services
  const database = checked(async () => {
    await store.ready()
    return store.registeredWorkers()
  })
  const redis = checked(() => queue.ready())
  const storage = checked(() => blobs.ready())
  const ask = async (): Promise<Readiness> => {
    const answers = await Promise.allSettled([database(), redis(), storage()])
    const [workers] = answers
    const failures = answers.flatMap((answer, index) =>
      answer.status === 'rejected' ? [{ name: NAMES[index], cause: answer.reason as unknown }] : [],
    )
    if (workers.status === 'fulfilled' && failures.length === 0) return { workers: workers.value }
    const detail = failures.map(({ name }) => `The ${name} does not answer.`).join(' ')
    throw new AppError('unavailable', detail, { cause: failures[0]?.cause, retryable: true })
  }
  let asked: { at: number; answer: Promise<Readiness> } | undefined
  return () => {
    if (asked === undefined || performance.now() - asked.at > ANSWERED_FOR_MS) {
      asked = { at: performance.now(), answer: ask() }
      asked.answer.catch(() => undefined)
    }
    return asked.answer
  }
}

/** The check, which fails when it takes too long. It may hang longer than anybody waits: no second one is started meanwhile. */
function checked<T>(check: () => Promise<T>): () => Promise<T> {
  let checking: Promise<T> | undefined
  return async () => {
    const late = new AbortController()
    const limit = setTimeout(MAX_WAIT_MS, undefined, { signal: late.signal, ref: false }).then(() => {
      throw new Error(`no answer within ${MAX_WAIT_MS} ms`)
    })
    try {
      checking ??= check().finally(() => (checking = undefined))
      return await Promise.race([checking, limit])
    } finally {
      late.abort()
      limit.catch(() => undefined)
    }
  }
}
