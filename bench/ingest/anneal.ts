/** One ingest in a process of its own: `SOURCE`; prints images, seconds and the peak memory of the process. */
import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { ingest } from '../../src/data/ingest.ts'

const [source = '', folder = ''] = process.argv.slice(2)
const out = mkdtempSync(join(folder, 'packed-'))
const start = performance.now()
const { report } = await ingest(source, join(out, 'packed'))
const seconds = (performance.now() - start) / 1000
const { train, val, test } = report.images
console.log(JSON.stringify({ images: train + val + test, seconds, peakMb: process.resourceUsage().maxRSS / 1024 }))
rmSync(out, { recursive: true })
