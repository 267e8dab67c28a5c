import { file } from '../api.ts'

/** Reads a file of the service as whoever is signed in, and has the browser keep it. */
export async function download(path: string, name: string): Promise<void> {
  const content = await (await file(path)).blob()
  const address = URL.createObjectURL(content)
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  URL.revokeObjectURL(address)
}
