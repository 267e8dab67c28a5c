import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Dataset, Upload } from '../../src/service/resources.ts'
import { classFolders, writeFolder } from '../helpers/archives.ts'
import { Cluster } from '../helpers/cluster.ts'
import { eventually, kill } from '../helpers/service.ts'

/** Uploads that are interrupted, a third of them by each kind of death; ANNEAL_INTERRUPTED_UPLOADS sets another number. */
const UPLOADS = Number(process.env['ANNEAL_INTERRUPTED_UPLOADS'] ?? 6)
const PER_ROUND = Math.min(10, Math.ceil(UPLOADS / 3))
const ROUNDS = Math.ceil(UPLOADS / PER_ROUND)
const IMAGES = 12
/** In five pieces, so that a death finds some that have come and some that have not. */
const FILLER_BYTES = 40_000_000

let cluster: Cluster
let source: string
beforeAll(async () => {
  cluster = await Cluster.start({ workers: 1, leaseMs: 2000 })
  source = await writeFolder(join(cluster.service.folder, 'source'), classFolders(2, IMAGES / 2))
  await writeFile(join(source, 'class0', 'filler.bin'), Buffer.alloc(FILLER_BYTES, 7))
})
afterAll(() => cluster.stop())

/** A folder of its own for an upload, of links to the same files. */
async function folderOf(name: string): Promise<string> {
  const path = join(cluster.service.folder, 'folders', name)
  await mkdir(path, { recursive: true })
  for (const each of await readdir(source)) await symlink(join(source, each), join(path, each))
  return path
}

/** `anneal upload`, as a process of its own. */
function uploading(path: string): ChildProcess {
  return fork(createRequire(import.meta.url).resolve('#dist/bin/anneal.js'), ['upload', path], {
    env: { ...process.env, ...cluster.clientEnvironment },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
}

async function exitCode(child: ChildProcess): Promise<number | null> {
  let said = ''
  child.stderr?.on('data', (chunk: Buffer) => (said = `${said}${chunk.toString()}`.slice(-2000)))
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  expect(said).not.toMatch(/\n {4}at /)
  if (child.exitCode !== 0 && child.signalCode === null) throw new Error(`the upload failed: ${said}`)
  return child.exitCode
}

const openUploads = async (): Promise<Upload[]> => (await cluster.client.get<{ data: Upload[] }>('/v1/uploads')).data
const datasets = async (): Promise<Dataset[]> =>
  (await cluster.client.get<{ data: Dataset[] }>('/v1/datasets?limit=500')).data

const isRunning = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode === null && signalCode === null

/** Once some bytes of all uploads so far have come, and a little later; or all have ended. A client that has sent nothing does not wait long for a service. */
async function underWay(clients: readonly ChildProcess[], uploads: number): Promise<void> {
  const begun = async (): Promise<true | undefined> => {
    if (!clients.some(isRunning)) return true
    const open = await openUploads()
    const isBegun = open.every(({ offset }) => offset > 0) && open.length + (await datasets()).length >= uploads
    return isBegun ? true : undefined
  }
  await eventually(begun, { everyMs: 5, withinMs: 180_000 })
  await setTimeout(Math.random() * 100)
}

async function ingesting(clients: readonly ChildProcess[]): Promise<void> {
  const begun = async (): Promise<true | undefined> =>
    !clients.some(isRunning) || (await datasets()).some(({ state }) => state === 'ingesting') ? true : undefined
  await eventually(begun, { everyMs: 5, withinMs: 180_000 })
  await setTimeout(Math.random() * 300)
}

/** @returns how many of the uploads it found under way */
async function interrupt(round: number, clients: readonly ChildProcess[]): Promise<number> {
  await (round % 3 === 2 ? ingesting(clients) : underWay(clients, (round + 1) * PER_ROUND))
  const running = clients.filter(isRunning).length
  if (round % 3 === 0) for (const client of clients) await kill(client, 'SIGKILL')
  else if (round % 3 === 1) await cluster.killApi()
  else await cluster.killWorker(0)
  return running
}

it(
  'leaves whole data sets of interrupted uploads: client, API or worker killed',
  { timeout: 120_000 + UPLOADS * 60_000 },
  async () => {
    let interrupted = 0
    for (let round = 0; round < ROUNDS; round++) {
      const paths = await Promise.all(Array.from({ length: PER_ROUND }, (_, i) => folderOf(`upload-${round}-${i}`)))
      const clients = paths.map(uploading)
      interrupted += await interrupt(round, clients)
      // What a killed client had begun, the same command resumes.
      const ends = await Promise.all(clients.map(exitCode))
      await Promise.all(paths.filter((_, i) => ends[i] !== 0).map((path) => exitCode(uploading(path))))
    }
    process.stdout.write(`${interrupted} of ${ROUNDS * PER_ROUND} uploads were interrupted\n`)
    const made = await datasets()
    expect(made.map(({ name }) => name).sort()).toEqual(
      Array.from({ length: ROUNDS }, (_, round) => Array.from({ length: PER_ROUND }, (_, i) => `upload-${round}-${i}`))
        .flat()
        .sort(),
    )
    for (const { state, images } of made) {
      expect(state).toBe('ready')
      expect(Object.values(images ?? {}).reduce((a, b) => a + b, 0)).toBe(IMAGES)
    }
    expect(await openUploads()).toEqual([])
    await leavesNothing()
  },
)

it('leaves nothing of one that is never resumed, once it has expired', async () => {
  const client = uploading(await folderOf('abandoned'))
  await underWay([client], (await datasets()).length + 1)
  await kill(client, 'SIGKILL')
  const [open] = await eventually(async () => {
    const found = await openUploads()
    return found.length === 1 ? found : undefined
  })
  await cluster.client.remove(`/v1/uploads/${open?.id ?? ''}`)
  expect((await datasets()).filter(({ name }) => name === 'abandoned')).toEqual([])
  await leavesNothing()
})

/** No upload and no half of a blob is left. */
async function leavesNothing(): Promise<void> {
  const uploads = join(cluster.blobFolder, 'uploads')
  await eventually(async () => ((await readdir(uploads).catch(() => [])).length === 0 ? true : undefined)).catch(
    async () => expect(await readdir(uploads, { recursive: true })).toEqual([]),
  )
}
