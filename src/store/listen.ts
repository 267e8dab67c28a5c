import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import type { ChangeListener, ChangeSubscriber } from '../service/ports/changes.ts'

const CHANNEL = 'anneal_changes'
const RECONNECT_MS = 500
const MAX_RECONNECT_MS = 10_000
/** A connection that answers nothing for so long is given up. */
const CHECK_EVERY_MS = 10_000
const ANSWERS_WITHIN_MS = 5000

/**
 * Hears the notifications of the database's triggers, on one connection apart from the pool, which is opened with the first subscriber and
 * again whenever it breaks.
 * One function: one connection and its state.
 */
export function listenForChanges(databaseUrl: string): ChangeListener {
  const subscribers = new Set<ChangeSubscriber>()
  let client: pg.Client | undefined
  let running: Promise<void> | undefined
  let isListening = false
  const closing = new AbortController()

  /** Listens until the connection ends. */
  const listen = async (): Promise<void> => {
    const connection = new pg.Client({
      connectionString: databaseUrl,
      connectionTimeoutMillis: ANSWERS_WITHIN_MS,
      query_timeout: ANSWERS_WITHIN_MS,
      keepAlive: true,
      application_name: 'anneal changes',
    })
    client = connection
    const ended = new Promise<void>((resolve) => {
      connection.once('end', resolve)
      connection.once('error', () => resolve())
    })
    connection.on('notification', ({ payload }) => {
      if (payload !== undefined) for (const subscriber of subscribers) subscriber.onChange(payload)
    })
    let check: NodeJS.Timeout | undefined
    try {
      await connection.connect()
      await connection.query(`LISTEN ${CHANNEL}`)
      isListening = true
      for (const subscriber of subscribers) subscriber.onGap()
      check = setInterval(() => {
        connection.query('SELECT 1').catch(() => connection.end().catch(() => undefined))
      }, CHECK_EVERY_MS)
      await ended
    } finally {
      isListening = false
      clearInterval(check)
      // Not waited for: a server that hangs does not say goodbye.
      connection.end().catch(() => undefined)
    }
  }

  const run = async (): Promise<void> => {
    let waitMs = RECONNECT_MS
    while (!closing.signal.aborted) {
      const began = performance.now()
      await listen().catch(() => undefined)
      waitMs = performance.now() - began > MAX_RECONNECT_MS ? RECONNECT_MS : Math.min(2 * waitMs, MAX_RECONNECT_MS)
      await sleep(waitMs, undefined, { signal: closing.signal }).catch(() => undefined)
    }
  }

  return {
    subscribe(subscriber) {
      subscribers.add(subscriber)
      running ??= run()
    },
    listening: () => isListening,
    async close() {
      closing.abort()
      await client?.end().catch(() => undefined)
      await running
    },
  }
}
