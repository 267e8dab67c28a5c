import { execFile, fork, type ChildProcess } from 'node:child_process'
import { copyFile, readFile, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Dataset } from '../../src/service/resources.ts'
import { classFolders, temporaryFolder, writeZip } from '../helpers/archives.ts'
import { eventually, freePort, kill } from '../helpers/service.ts'

const run = promisify(execFile)
const ANNEAL = createRequire(import.meta.url).resolve('#dist/bin/anneal.js')

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let home: string
let url: string
let environment: NodeJS.ProcessEnv
let serving: ChildProcess

beforeAll(async () => {
  folder = await temporaryFolder()
  home = join(folder.path, 'home')
  const port = await freePort()
  url = `http://127.0.0.1:${port}`
  const settings = { ANNEAL_HOME: home, ANNEAL_PORT: String(port), ANNEAL_THREADS: '1', ANNEAL_LOG_LEVEL: 'silent' }
  environment = { ...process.env, ...settings }
})
afterAll(async () => {
  await kill(serving, 'SIGTERM')
  await destroy()
  await folder.remove()
})

const anneal = (...words: string[]) => run(process.execPath, [ANNEAL, ...words], { env: environment })

async function serve(): Promise<void> {
  serving = fork(ANNEAL, ['serve'], { env: environment, stdio: 'ignore' })
  await eventually(async () => (await fetch(`${url}/readyz`)).ok || undefined)
}

/** With the cluster of root's, which lies outside of a home that only root enters. */
async function destroy(): Promise<void> {
  const location = await readFile(join(home, 'postgres/location'), 'utf8').catch(() => undefined)
  if (location !== undefined) await rm(location.trim(), { recursive: true, force: true })
  await rm(home, { recursive: true, force: true })
}

it('a backup brings back an installation that was destroyed', async () => {
  await serve()
  const archive = await writeZip(join(folder.path, 'data.zip'), classFolders(2, 4))
  const credentials = join(home, 'credentials.json')
  const { key } = JSON.parse(await readFile(credentials, 'utf8')) as { key: string }
  const headers = { authorization: `Bearer ${key}` }
  const form = new FormData()
  form.set('name', 'shapes')
  form.set('file', new Blob([await readFile(archive)]), 'data.zip')
  const { id } = (await (await fetch(`${url}/v1/datasets`, { method: 'POST', headers, body: form })).json()) as Dataset
  const read = async (path: string): Promise<unknown> => (await fetch(`${url}/v1/${path}`, { headers })).json()
  const ready = await eventually(async () => {
    const dataset = (await read(`datasets/${id}`)) as Dataset
    return dataset.state === 'ready' ? dataset : undefined
  })
  const backup = join(folder.path, 'backup')
  expect((await anneal('backup', 'create', backup)).stdout).toMatch(/^Wrote \d+ rows of \d+ tables and \d+ files/)
  await copyFile(credentials, join(folder.path, 'credentials.json'))
  await kill(serving, 'SIGTERM')
  await destroy()

  expect((await anneal('backup', 'restore', backup)).stdout).toContain('Restored')
  await copyFile(join(folder.path, 'credentials.json'), credentials)
  await serve()
  expect(await read(`datasets/${id}`)).toEqual(ready)
  const exported = await fetch(`${url}/v1/datasets/${id}/export`, { headers })
  expect(exported.status).toBe(200)
  expect((await exported.arrayBuffer()).byteLength).toBeGreaterThan(100)
}, 240_000)
