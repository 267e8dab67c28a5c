import { chmod, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { readGpus } from '../../../src/worker/gpus.ts'
import { workerRegistry } from '../../../src/worker/worker-metrics.ts'
import { temporaryFolder } from '../../helpers/archives.ts'

let folder: Awaited<ReturnType<typeof temporaryFolder>>
beforeEach(async () => {
  folder = await temporaryFolder()
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await folder.remove()
})

/** Puts a program on PATH that takes these arguments alone, and prints these lines. */
async function withProgram(lines: string[], exitCode = 0): Promise<void> {
  const path = join(folder.path, 'nvidia-smi')
  const [query, format] = ['index,name,utilization.gpu,memory.used,memory.total', 'csv,noheader,nounits']
  const check = `[ "$*" = "--query-gpu=${query} --format=${format}" ] || exit 2`
  await writeFile(path, ['#!/bin/sh', check, ...lines.map((line) => `echo '${line}'`), `exit ${exitCode}`].join('\n'))
  await chmod(path, 0o755)
  vi.stubEnv('PATH', `${folder.path}${delimiter}${process.env['PATH']}`)
}

describe('metrics of GPUs', () => {
  it('are those of each GPU, and none where the driver does not know', async () => {
    await withProgram(['0, NVIDIA H200, 87, 2048, 143771', '1, NVIDIA A100-SXM4-40GB, [N/A], 1024, 40960'])
    expect(await readGpus()).toMatchObject([
      { index: '0', utilization: 0.87 },
      { index: '1', utilization: undefined },
    ])
    const text = await workerRegistry.metrics()
    expect(text).toContain('anneal_gpu_utilization_ratio{gpu="0",name="NVIDIA H200"} 0.87')
    expect(text).not.toContain('anneal_gpu_utilization_ratio{gpu="1"')
    expect(text).toContain('anneal_gpu_memory_used_bytes{gpu="1",name="NVIDIA A100-SXM4-40GB"} 1073741824')
    expect(text).toContain(`anneal_gpu_memory_total_bytes{gpu="0",name="NVIDIA H200"} ${143_771 * 2 ** 20}`)
  })

  it('are absent without the program, and where it fails', async () => {
    vi.stubEnv('PATH', folder.path)
    expect(await readGpus()).toEqual([])
    vi.unstubAllEnvs()
    await withProgram(['NVIDIA-SMI has failed because it could not communicate with the NVIDIA driver.'], 9)
    expect(await readGpus()).toEqual([])
    expect(await workerRegistry.metrics()).not.toContain('anneal_gpu_utilization_ratio{')
  })
})
