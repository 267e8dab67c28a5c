import { session } from './session.ts'

/** The API as a browser sees it, with the key that the person signed in with, or the session. */
const STORED = 'anneal-key'
/** How long another tab may take to answer. */
const TAB_ANSWER_MS = 150

/** Kept as long as the tab; tabs of one browser hand it to one another, so that a link opens in a new one. */
export const key = {
  get: (): string | null => sessionStorage.getItem(STORED),
  set: (value: string): void => sessionStorage.setItem(STORED, value),
  clear: (): void => sessionStorage.removeItem(STORED),
}

const tabs = new BroadcastChannel(STORED)
tabs.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
  const known = key.get()
  if (data === 'asked' && known !== null) tabs.postMessage({ key: known })
})

/** The key of another tab that is signed in. */
export function keyOfAnotherTab(): Promise<string | undefined> {
  return new Promise((resolve) => {
    const answered = ({ data }: MessageEvent<unknown>): void => {
      if (typeof data !== 'object' || data === null || !('key' in data) || typeof data.key !== 'string') return
      end(data.key)
    }
    const end = (found?: string): void => {
      tabs.removeEventListener('message', answered)
      resolve(found)
    }
    tabs.addEventListener('message', answered)
    tabs.postMessage('asked')
    window.setTimeout(end, TAB_ANSWER_MS)
  })
}

export class Unauthorized extends Error {}

/** What the server refused, in its words. */
export class Refused extends Error {
  readonly status: number
  readonly retryable: boolean

  constructor(detail: string, { status, retryable }: { status: number; retryable: boolean }) {
    super(detail)
    this.status = status
    this.retryable = retryable
  }
}

async function call(path: string, init: RequestInit = {}): Promise<Response> {
  const known = key.get()
  const headers = {
    ...(known === null ? session.headers() : { authorization: `Bearer ${known}` }),
    ...(init.headers as Record<string, string> | undefined),
  }
  const response = await fetch(path, { ...init, headers }).catch((cause: unknown) => {
    throw new Error('The server cannot be reached.', { cause })
  })
  if (response.status === 401)
    throw new Unauthorized(known === null ? 'The session has ended.' : 'The API key is not known.')
  if (response.ok) return response
  const { detail, retryable } = (await response.json().catch(() => ({}))) as { detail?: string; retryable?: boolean }
  throw new Refused(detail ?? `The server answered ${response.status}.`, {
    status: response.status,
    retryable: retryable ?? false,
  })
}

export async function get<T>(path: string): Promise<T> {
  return (await (await call(path)).json()) as T
}

export async function post<T>(path: string): Promise<T> {
  return (await (await call(path, { method: 'POST' })).json()) as T
}

export const remove = async (path: string): Promise<void> => {
  await call(path, { method: 'DELETE' })
}

export const blob = async (path: string): Promise<Blob> => (await call(path)).blob()

/** A drawing of the API, to be put into a page. */
export async function svg(path: string): Promise<Element> {
  const drawing = await (await call(path)).text()
  return document.importNode(new DOMParser().parseFromString(drawing, 'image/svg+xml').documentElement, true)
}

export const text = async (path: string): Promise<string> => (await call(path)).text()

/** A body that is not JSON. */
export interface Sent {
  type: string
  content: Blob
}

export const send = (path: string, { type, content }: Sent): Promise<Response> =>
  call(path, { method: 'POST', body: content, headers: { 'content-type': type } })

export async function sendJson<T>(path: string, body: object): Promise<T> {
  const content = new Blob([JSON.stringify(body)])
  return (await (await send(path, { type: 'application/json', content })).json()) as T
}

export async function download(path: string, name: string): Promise<void> {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(await blob(path))
  link.download = name
  link.click()
  URL.revokeObjectURL(link.href)
}
