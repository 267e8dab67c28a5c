import { createRequire } from 'node:module'
import { Worker } from 'node:worker_threads'
import type { LoaderMessage, LoaderThreadData } from './loader-thread.ts'

/** Threads that wait for a loader at most; further ones end with theirs. */
const MAX_IDLE = 8

export interface LoaderThread {
  send(message: LoaderMessage): void
  /** Gives the thread back: what it still does for this loader ends soon. */
  close(): void
}

const idle: Worker[] = []

/** Starts threads ahead of their loaders: they load what they need while others work. */
export function startLoaderThreads(count: number): void {
  while (idle.length < Math.min(count, MAX_IDLE)) idle.push(started())
}

/** A thread that serves a loader, started or kept from one that has closed. */
export function openLoaderThread(data: LoaderThreadData): LoaderThread {
  const worker = idle.pop() ?? started()
  const send = (message: LoaderMessage): void => {
    worker.postMessage(message)
  }
  send({ kind: 'open', data })
  return {
    send,
    close() {
      send({ kind: 'close' })
      if (idle.length < MAX_IDLE) idle.push(worker)
      else void worker.terminate()
    },
  }
}

function started(): Worker {
  const worker = new Worker(createRequire(import.meta.url).resolve('#dist/data/loader-thread.js'))
  worker.unref()
  worker.once('exit', () => {
    const at = idle.indexOf(worker)
    if (at >= 0) idle.splice(at, 1)
  })
  return worker
}
