import type { Redis } from 'ioredis'
import type { RequestCounts, WindowCount } from '../service/ports/queue.ts'
import { connection } from './connection.ts'

/** No request waits longer for its count. */
const MAX_COUNT_MS = 100
/** How long counts are kept here alone after Redis has failed, before it is tried again. */
const AWAY_MS = 5000
const MAX_LOCAL = 100_000

/** Counts one more, in a window that begins with its first: count, and milliseconds until the window ends. */
const COUNT = `
local count = redis.call('INCR', KEYS[1])
if count == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
return { count, redis.call('PTTL', KEYS[1]) }`

interface CountingRedis extends Redis {
  countRequest(key: string, windowMs: number): Promise<[number, number]>
}

/** Requests of all API processes in windows of time, on Redis; while it is away or slow, what each process has counted holds. */
export function openRequestCounts(url: string): RequestCounts {
  const redis = connection(url, false, MAX_COUNT_MS) as CountingRedis
  redis.defineCommand('countRequest', { numberOfKeys: 1, lua: COUNT })
  const local = localCounts()
  let awayUntil = 0
  return {
    async add(key, windowMs) {
      const own = local(key, windowMs)
      if (performance.now() < awayUntil) return own
      try {
        const [count, leftMs] = await redis.countRequest(`anneal:requests:${key}`, windowMs)
        return { count, leftMs: Math.max(1, leftMs) }
      } catch {
        awayUntil = performance.now() + AWAY_MS
        return own
      }
    },
    close: () => redis.disconnect(),
  }
}

function localCounts(): (key: string, windowMs: number) => WindowCount {
  const windows = new Map<string, { count: number; endsAt: number }>()
  return (key, windowMs) => {
    const now = performance.now()
    if (windows.size >= MAX_LOCAL) for (const [other, { endsAt }] of windows) if (endsAt <= now) windows.delete(other)
    const open = windows.get(key)
    const window = open !== undefined && open.endsAt > now ? open : { count: 0, endsAt: now + windowMs }
    window.count++
    windows.set(key, window)
    return { count: window.count, leftMs: window.endsAt - now }
  }
}
