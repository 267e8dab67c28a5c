import { setTimeout } from 'node:timers/promises'
import { AppError } from '../errors.ts'
import type { Services } from '../service/services.ts'

const ANSWERED_FOR_MS = 1000
const MAX_WAIT_MS = 2000

/** Whether database and queue answer: asked at most once a second, however many ask, and with an answer within two. */
export function readiness({ store, queue }: Pick<Services, 'store' | 'queue'>): () => Promise<void> {
  let asked: { at: number; answer: Promise<void> } | undefined
  /** The check itself, which may hang longer than anybody waits: no second one is started meanwhile. */
  let checking: Promise<unknown> | undefined
  const check = (): Promise<unknown> => {
    checking ??= Promise.all([store.ready(), queue.ready()]).finally(() => (checking = undefined))
    return checking
  }
  const ask = async (): Promise<void> => {
    const late = new AbortController()
    const limit = setTimeout(MAX_WAIT_MS, undefined, { signal: late.signal, ref: false }).then(() => {
      throw new Error(`no answer within ${MAX_WAIT_MS} ms`)
    })
    try {
      await Promise.race([check(), limit])
    } catch (cause) {
      throw new AppError('unavailable', 'The database or the queue does not answer.', { cause, retryable: true })
    } finally {
      late.abort()
      limit.catch(() => undefined)
    }
  }
  return () => {
    if (asked === undefined || performance.now() - asked.at > ANSWERED_FOR_MS) {
      asked = { at: performance.now(), answer: ask() }
      asked.answer.catch(() => undefined)
    }
    return asked.answer
  }
}
