/** The API as a browser sees it, with the key that the person signed in with. */
const STORED = 'anneal-key'

export const key = {
  get: (): string | null => sessionStorage.getItem(STORED),
  set: (value: string): void => sessionStorage.setItem(STORED, value),
  clear: (): void => sessionStorage.removeItem(STORED),
}

export class Unauthorized extends Error {}

export async function get<T>(path: string): Promise<T> {
  const response = await fetch(path, { headers: { authorization: `Bearer ${key.get() ?? ''}` } })
  if (response.status === 401) throw new Unauthorized('The API key is not known.')
  const body = (await response.json()) as T & { detail?: string }
  if (!response.ok) throw new Error(body.detail ?? `The server answered ${response.status}.`)
  return body
}

export async function post<T>(path: string): Promise<T> {
  const response = await fetch(path, { method: 'POST', headers: { authorization: `Bearer ${key.get() ?? ''}` } })
  const body = (await response.json()) as T & { detail?: string }
  if (!response.ok) throw new Error(body.detail ?? `The server answered ${response.status}.`)
  return body
}

/** Opens a page that needs the key in a tab of its own. */
export async function openPage(path: string): Promise<void> {
  const response = await fetch(path, { headers: { authorization: `Bearer ${key.get() ?? ''}` } })
  window.open(URL.createObjectURL(await response.blob()), '_blank')
}

export async function download(path: string, name: string): Promise<void> {
  const response = await fetch(path, { headers: { authorization: `Bearer ${key.get() ?? ''}` } })
  const link = document.createElement('a')
  link.href = URL.createObjectURL(await response.blob())
  link.download = name
  link.click()
  URL.revokeObjectURL(link.href)
}
