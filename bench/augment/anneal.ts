// Runs a pipeline over images; see ../throughput/contestant.ts for the protocol. A step is all images, timed by the processor's clock.
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { imagePipeline } from '../../src/data/batch.ts'
import { parseSpec } from '../../src/job-spec/parse.ts'
import type { AugmentWorkload } from './workload.ts'

const { augment, size, images, count } = JSON.parse(process.argv[2] ?? '') as AugmentWorkload
const bytes = readFileSync(images)
const sources = Array.from({ length: count }, (_, i) => ({
  data: new Uint8Array(bytes.subarray(i * size * size * 3, (i + 1) * size * size * 3)),
  width: size,
  height: size,
  channels: 3,
}))
const transform = imagePipeline({ size, channels: 3, seed: 0, augment: parseSpec({ augment }).augment ?? [] })
let epoch = 0

function timedStep(): number {
  const begin = process.cpuUsage()
  sources.forEach((source, i) => transform(source, epoch, i))
  epoch++
  const { user, system } = process.cpuUsage(begin)
  return (user + system) / 1000
}

for (let i = 0; i < 20; i++) timedStep()
const say = (value: object): void => void process.stdout.write(`${JSON.stringify(value)}\n`)
say({ version: `node ${process.version}` })
for await (const line of createInterface({ input: process.stdin }))
  say({ milliseconds: Array.from({ length: Number(line) }, timedStep) })
say({ peakBytes: process.resourceUsage().maxRSS * 1024 })
