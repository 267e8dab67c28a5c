import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { ingest } from '../src/data/ingest.ts'
import { INGEST_FLAGS } from '../src/worker/ingest-process.ts'
import { PYTHON } from './python.ts'
import { printHeading, printTable, writeResult, type Row } from './report.ts'
import { median, spread } from './statistics.ts'

const { values: options } = parseArgs({
  options: {
    /** `rate`, `memory` or `loader`; all where it is absent. */
    only: { type: 'string', default: '' },
    /** Of the numbers of images that the full benchmark has. */
    scale: { type: 'string', default: '1' },
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '10' },
  },
})
const scale = Number(options.scale)
const WORKING_SIZE = 256
const KINDS = [
  { name: 'JPEG, 64 px', count: 100_000, width: 64, height: 64, format: 'jpg' },
  { name: 'JPEG, 500×375', count: 10_000, width: 500, height: 375, format: 'jpg' },
  { name: 'PNG, 64 px', count: 10_000, width: 64, height: 64, format: 'png' },
] as const
const MEMORY_COUNTS = [30_000, 300_000]

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
const python = (name: string): string => here(`../../bench/ingest/${name}`)
const OURS = here('./ingest/anneal.js')
const LOADER = here('./ingest/loader.js')
const TRAIN = here('./ingest/train.js')
const work = mkdtempSync(join(tmpdir(), 'anneal-ingest-'))

interface Ingest {
  images: number
  seconds: number
  peakMb: number
}

const run = <T>(command: string, args: readonly string[]): T =>
  JSON.parse(execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })) as T

/** An ingest as a worker starts it. */
const annealIngest = (source: string): Ingest => run<Ingest>(process.execPath, [...INGEST_FLAGS, OURS, source, work])

/** Writes images, once as a folder and once as a tar, or only as a tar. */
function makeImages(
  name: string,
  kind: 'both' | 'tar',
  count: number,
  { width, height, format }: (typeof KINDS)[number],
): string {
  const folder = join(work, name)
  mkdirSync(folder)
  execFileSync(PYTHON, [python('make_images.py'), folder, kind, ...[count, width, height].map(String), format])
  return folder
}

function rates(): Row[] {
  const rows: Row[] = []
  for (const [number, kind] of KINDS.entries()) {
    const folder = makeImages(`rate${number}`, 'both', Math.round(kind.count * scale), kind)
    for (const source of ['tar', 'folder']) {
      const path = join(folder, source === 'tar' ? 'images.tar' : 'folder')
      const ours: Ingest[] = []
      const theirs: Ingest[] = []
      for (let round = 0; round < Number(options.rounds); round++) {
        ours.push(annealIngest(path))
        theirs.push(run<Ingest>(PYTHON, [python('pillow_peer.py'), path, String(WORKING_SIZE)]))
      }
      const rateOf = ({ images, seconds }: Ingest): number => images / seconds
      const ratios = ours.map((one, i) => rateOf(one) / rateOf(theirs[i]!))
      rows.push({
        images: `${ours[0]?.images} ${kind.name}, ${source}`,
        'Anneal, images per second': Math.round(median(ours.map(rateOf))),
        'Pillow, images per second': Math.round(median(theirs.map(rateOf))),
        ratio: median(ratios).toFixed(2),
        spread: spread(ratios).toFixed(2),
        'peak, MB': Math.round(Math.max(...ours.map(({ peakMb }) => peakMb))),
      })
      printTable(rows.slice(-1))
    }
    rmSync(folder, { recursive: true })
  }
  return rows
}

function memory(): Row[] {
  return MEMORY_COUNTS.map((full) => {
    const count = Math.round(full * scale)
    const folder = makeImages(`memory${count}`, 'tar', count, KINDS[0])
    const { images, peakMb, seconds } = annealIngest(join(folder, 'images.tar'))
    rmSync(folder, { recursive: true })
    return { images, 'peak, MB': Math.round(peakMb), 'images per second': Math.round(images / seconds) }
  })
}

async function loader(): Promise<Row[]> {
  const folder = makeImages('loader', 'both', Math.round(2000 * Math.min(1, scale * 2)), KINDS[1])
  const packed = join(work, 'jpeg')
  await ingest(join(folder, 'folder'), packed, { maxRawBytes: 0 })
  const rounds = Array.from({ length: Number(options.rounds) }, () => ({
    ours: run<{ rate: number }>(process.execPath, [LOADER, packed, options.seconds]).rate,
    theirs: run<{ rate: number }>(PYTHON, [python('torchvision_peer.py'), join(folder, 'folder'), options.seconds])
      .rate,
  }))
  const ratios = rounds.map(({ ours, theirs }) => ours / theirs)
  return [
    {
      'loader, images per second and core': 'JPEG storage, 224 px',
      Anneal: Math.round(median(rounds.map(({ ours }) => ours))),
      torchvision: Math.round(median(rounds.map(({ theirs }) => theirs))),
      ratio: median(ratios).toFixed(2),
      spread: spread(ratios).toFixed(2),
      'waiting for images, ResNet-18': run<{ wait: number }>(process.execPath, [TRAIN, packed, '40']).wait.toFixed(3),
    },
  ]
}

try {
  printHeading(
    'Ingest: images per second, Anneal compared with Pillow in a pool of processes',
    `each on all cores, ${options.rounds} rounds in turns; Pillow opens, converts and resizes; Anneal also compares, draws splits, hashes and stores`,
  )
  const wants = (part: string): boolean => options.only === '' || options.only === part
  const result: Record<string, Row[]> = {}
  if (wants('rate')) result['rates'] = rates()
  if (wants('memory')) result['memory'] = memory()
  if (wants('loader')) result['loader'] = await loader()
  for (const rows of Object.values(result)) printTable(rows)
  writeResult('ingest', { scale, ...result })
} finally {
  rmSync(work, { recursive: true, force: true })
}
