import { execFile, fork, type ChildProcess } from 'node:child_process'
import { chmod, mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { delimiter, join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { promisify } from 'node:util'
import { transform } from 'esbuild'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bundleClient, CLIENT } from '../../scripts/client-bundle.mjs'
import { Client } from '../../src/client/client.ts'
import type { Checkpoint, Dataset, Job } from '../../src/service/resources.ts'
import type { SweepSummary } from '../../src/service/sweep-resources.ts'
import { classFolders, temporaryFolder, writeFolder, writeZip } from '../helpers/archives.ts'
import { blocksOf, PAGES, shellLines } from '../helpers/documentation.ts'
import { eventually, freePort, kill } from '../helpers/service.ts'

const run = promisify(execFile)
const ANNEAL = createRequire(import.meta.url).resolve('#dist/bin/anneal.js')
/** The smallest run that has a report: what pages call `spec.json`. */
const SPEC = {
  model: { name: 'resnet20', width: 4 },
  batchSize: 16,
  precision: 'float32',
  budget: { epochs: 1 },
}
const SWEEP = { kind: 'grid', space: { '/schedule/learningRate': { values: [0.1] } }, spec: SPEC }
/** Pages write this port; the test takes a free one. */
const PORT = '8080'
const examples = (page: string): boolean => page.startsWith('examples/')

interface Page<T> {
  data: T[]
}

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let service: ChildProcess
let client: Client
let port: string
let environment: NodeJS.ProcessEnv
/** Assignments of the blocks so far: a reader has one shell. */
let assigned = ''

/** A folder as the pages suppose it: images and specs, and `serve` running on its `.anneal`. */
beforeAll(async () => {
  folder = await temporaryFolder()
  const at = (name: string): string => join(folder.path, name)
  const files = classFolders(2, 24)
  await writeZip(at('pets.zip'), files)
  await writeFolder(at('flowers'), files)
  const image = sharp(Object.values(files)[0])
  await Promise.all([image.clone().jpeg().toFile(at('cat.jpg')), image.clone().png().toFile(at('dog.png'))])
  await writeFile(at('spec.json'), JSON.stringify(SPEC))
  await writeFile(at('sweep.json'), JSON.stringify(SWEEP))
  await mkdir(at('bin'))
  await writeFile(at('bin/anneal'), `#!/bin/sh\nexec "${process.execPath}" "${ANNEAL}" "$@"\n`)
  await chmod(at('bin/anneal'), 0o755)
  port = String(await freePort())
  environment = {
    ...process.env,
    PATH: `${at('bin')}${delimiter}${process.env['PATH'] ?? ''}`,
    ANNEAL_HOME: at('.anneal'),
    ANNEAL_PORT: port,
    ANNEAL_THREADS: '1',
    ANNEAL_LOG_LEVEL: 'warn',
  }
  service = fork(ANNEAL, ['serve'], { env: environment, cwd: folder.path, stdio: 'ignore' })
  client = await eventually(async () => {
    const { url, key } = JSON.parse(await readFile(at('.anneal/credentials.json'), 'utf8')) as {
      url: string
      key: string
    }
    const connected = new Client({ url, key })
    await connected.get('/v1/team')
    return connected
  })
})
afterAll(async () => {
  await kill(service, 'SIGTERM')
  await folder.remove()
})

const newest = async <T>(path: string): Promise<T> =>
  eventually(async () => (await client.get<Page<T>>(`/v1/${path}?limit=1`)).data[0])

/** The line with the newest ids in the place of `ds_...` and the like, once there is something to see of them. */
async function withIds(line: string): Promise<string> {
  let text = line.replaceAll(PORT, port)
  if (text.includes('ds_...')) {
    const dataset = await eventually(async () => {
      const { id, state } = await newest<Dataset>('datasets')
      return state === 'ready' ? id : undefined
    })
    text = text.replaceAll('ds_...', dataset)
  }
  if (text.includes('sweep_...')) text = text.replaceAll('sweep_...', (await newest<SweepSummary>('sweeps')).id)
  if (!/job_\.\.\.|ckpt_\.\.\./.test(text)) return text
  const job = await newest<Job>('jobs')
  if (!text.includes('/events')) await ended(job.id)
  const { data } = await client.get<Page<Checkpoint>>(`/v1/jobs/${job.id}/checkpoints`)
  return text.replaceAll('job_...', job.id).replaceAll('ckpt_...', data.find(({ kind }) => kind === 'best')?.id ?? '')
}

async function ended(id: string): Promise<void> {
  for (;;) {
    const { state, reason } = await client.get<Job>(`/v1/jobs/${id}`)
    if (state === 'succeeded') return
    if (state === 'failed') throw new Error(reason?.detail)
    await setTimeout(200)
  }
}

async function shell(line: string): Promise<string> {
  const script = `${assigned}\n${line}`
  const { stdout } = await run('bash', ['-euo', 'pipefail', '-c', script], {
    env: environment,
    cwd: folder.path,
    maxBuffer: 50_000_000,
    timeout: 300_000,
  })
  return stdout
}

describe('what the pages tell to run', () => {
  const pages = PAGES.filter((page) => !examples(page))
    .map((page) => ({
      page,
      lines: blocksOf(page)
        .filter(({ language, note }) => language === 'sh' && note === '')
        .flatMap(({ text }) => shellLines(text)),
    }))
    .filter(({ lines }) => lines.length > 0)
  // What other pages use is trained where it is shown.
  const first = ['docs/results.md', 'docs/rest-api.md', 'README.md']
  pages.sort((a, b) => first.indexOf(b.page) - first.indexOf(a.page))

  it.each(pages)('$page', async ({ lines }) => {
    for (const line of lines) {
      const text = await withIds(line)
      if (/^[A-Z]+=/.test(text)) assigned = `${assigned}\n${text}`
      await expect(shell(text), line).resolves.toBeTypeOf('string')
    }
  })
})

it('the TypeScript of docs/clients.md does what it says', async () => {
  await bundleClient()
  await mkdir(join(folder.path, 'node_modules/@anneal'), { recursive: true })
  await symlink(CLIENT, join(folder.path, 'node_modules/@anneal/client'))
  const text = blocksOf('docs/clients.md')
    .filter(({ language }) => language === 'ts')
    .map((block) => block.text)
    .join('\n')
  const { code } = await transform(text.replaceAll(PORT, port), { loader: 'ts', format: 'esm', target: 'es2022' })
  await writeFile(join(folder.path, 'clients.mjs'), code)
  const { key } = JSON.parse(await readFile(join(folder.path, '.anneal/credentials.json'), 'utf8')) as { key: string }
  const { stdout } = await run(process.execPath, ['clients.mjs'], {
    env: { ...environment, ANNEAL_API_KEY: key },
    cwd: folder.path,
    timeout: 300_000,
  })
  expect(stdout).toMatch(/succeeded \d+\n[01]/)
  expect(stdout).toMatch(/\d{1,6} tensors\nclass[01] /)
  expect(stdout).toContain('invalid_spec')
})
