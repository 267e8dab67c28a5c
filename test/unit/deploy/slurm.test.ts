import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, it } from 'vitest'

const SCRIPT = resolve('deploy/slurm/anneal-job.sbatch')

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slurm-'))
  await mkdir(join(folder, 'nodes-disk'))
  await writeFile(join(folder, 'worker.env'), 'REDIS_URL=redis://example\n', { mode: 0o600 })
  // A worker that tells what it was started with, and ends when it is told to.
  await program(
    'anneal',
    `echo "$* pool=$ANNEAL_WORKER_POOL threads=$ANNEAL_THREADS redis=$REDIS_URL home=$ANNEAL_HOME" >"${folder}/started"
     trap 'echo checkpointed >"${folder}/ended"; exit 0' TERM
     while [ ! -e "${folder}/finish" ]; do sleep 0.05; done
     exit "$(cat "${folder}/finish")"`,
  )
  await program('scontrol', `echo "$*" >"${folder}/requeued"`)
})
afterEach(() => rm(folder, { recursive: true }))

async function program(name: string, body: string): Promise<void> {
  await writeFile(join(folder, name), `#!/usr/bin/env bash\n${body}\n`, { mode: 0o755 })
}

const text = (name: string): Promise<string> => readFile(join(folder, name), 'utf8')

function run(environment: Record<string, string> = {}): ChildProcess {
  return spawn('bash', [SCRIPT], {
    stdio: 'ignore',
    env: {
      PATH: `${folder}:${process.env['PATH']}`,
      HOME: folder,
      TMPDIR: join(folder, 'nodes-disk'),
      ANNEAL_SETTINGS: join(folder, 'worker.env'),
      ANNEAL_JOB: 'job_1',
      SLURM_JOB_ID: '42',
      SLURM_CPUS_PER_TASK: '8',
      ...environment,
    },
  })
}

async function appears(name: string): Promise<void> {
  while (!existsSync(join(folder, name))) await setTimeout(20)
}

const exitCode = async (script: ChildProcess): Promise<unknown> =>
  (script.exitCode ?? (await once(script, 'exit'))[0]) as unknown

it('is a script that bash can read', async () => {
  await promisify(execFile)('bash', ['-n', SCRIPT])
  const lines = (await readFile(SCRIPT, 'utf8')).split('\n')
  const options = lines.filter((line) => line.startsWith('#SBATCH '))
  // Slurm reads no further than the first command.
  expect(options.length).toBeGreaterThan(5)
  const firstCommand = lines.findIndex((line) => line !== '' && !line.startsWith('#'))
  expect(lines.findLastIndex((line) => line.startsWith('#SBATCH '))).toBeLessThan(firstCommand)
})

it('runs one job with the settings of its file, and ends as the worker does', async () => {
  const script = run()
  await appears('started')
  await writeFile(join(folder, 'finish'), '3')
  expect(await exitCode(script)).toBe(3)
  const home = join(folder, 'nodes-disk', 'anneal-42-')
  expect(await text('started')).toMatch(
    new RegExp(`^worker --job job_1 pool=slurm threads=8 redis=redis://example home=${home}\\w{6}\\n$`),
  )
  expect(await readdir(join(folder, 'nodes-disk'))).toEqual([])
  expect(existsSync(join(folder, 'requeued'))).toBe(false)
})

it('lets the worker checkpoint when Slurm stops it, and is queued again', async () => {
  const script = run()
  await appears('started')
  script.kill('SIGTERM')
  expect(await exitCode(script)).toBe(0)
  expect(await text('ended')).toBe('checkpointed\n')
  expect(await text('requeued')).toBe('requeue 42\n')
  expect(await readdir(join(folder, 'nodes-disk'))).toEqual([])
})

it('is queued again where the job is, and not where a user has ended it', async () => {
  for (const [code, expected] of [
    ['3', 3],
    ['75', 0],
  ] as const) {
    expect(existsSync(join(folder, 'requeued'))).toBe(false)
    await writeFile(join(folder, 'finish'), code)
    expect(await exitCode(run())).toBe(expected)
  }
  expect(await text('requeued')).toBe('requeue 42\n')
})

it('refuses settings that others can read, and no job', async () => {
  await chmod(join(folder, 'worker.env'), 0o644)
  expect(await exitCode(run())).toBe(2)
  await chmod(join(folder, 'worker.env'), 0o600)
  expect(await exitCode(run({ ANNEAL_JOB: '' }))).not.toBe(0)
  expect(existsSync(join(folder, 'started'))).toBe(false)
})
