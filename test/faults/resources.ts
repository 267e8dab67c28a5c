import { readdir, readFile } from 'node:fs/promises'
import { setTimeout } from 'node:timers/promises'
import type { Role } from './installation.ts'

const EVERY_MS = 2000
/** A process has its connections and caches after so many samples. */
const WARM_SAMPLES = 8
/** Samples from which on a process has lived long enough to be judged. */
const JUDGED_SAMPLES = 24
/** A worker that gets work opens up to fifty connections and files. */
const GROWTH = { rssMb: 120, descriptors: 60 }

interface Sample {
  rssMb: number
  descriptors: number
}

export interface ResourceWatch {
  /** Processes that lived long enough to be judged, what of them grew, and the most that any had. */
  stop(): Promise<{ judged: number; samples: number; violations: string[]; most: Sample }>
}

/** Samples the memory and file descriptors of API and workers, and compares the later ones of each process with its earlier ones. */
export function watchResources(roles: readonly Role[]): ResourceWatch {
  const samples = new Map<string, Sample[]>()
  let stopped = false
  const running = (async () => {
    while (!stopped) {
      for (const { name, pid } of roles) {
        const sample = await sampleOf(pid).catch(() => undefined)
        const key = `${name} ${pid}`
        // One that is ending has descriptors still, and no memory any more.
        if (sample !== undefined && !Number.isNaN(sample.rssMb)) samples.set(key, [...(samples.get(key) ?? []), sample])
      }
      await setTimeout(EVERY_MS)
    }
  })()
  return {
    async stop() {
      stopped = true
      await running
      const all = [...samples.values()].flat()
      const judged = [...samples].filter(([, own]) => own.length >= JUDGED_SAMPLES)
      return {
        judged: judged.length,
        samples: all.length,
        violations: judged.flatMap(([name, own]) => grown(name, own.slice(WARM_SAMPLES))),
        most: {
          rssMb: Math.max(0, ...all.map(({ rssMb }) => rssMb)),
          descriptors: Math.max(0, ...all.map(({ descriptors }) => descriptors)),
        },
      }
    },
  }
}

async function sampleOf(pid: number): Promise<Sample> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  const kilobytes = Number(/VmRSS:\s+(\d+)/.exec(status)?.[1])
  return { rssMb: Math.round(kilobytes / 1024), descriptors: (await readdir(`/proc/${pid}/fd`)).length }
}

function grown(name: string, samples: readonly Sample[]): string[] {
  const third = Math.floor(samples.length / 3)
  return (['rssMb', 'descriptors'] as const).flatMap((what) => {
    const [early, late] = [samples.slice(0, third), samples.slice(-third)].map((part) =>
      median(part.map((sample) => sample[what])),
    ) as [number, number]
    return late - early > GROWTH[what] ? [`${name}: ${what} grew from ${early} to ${late}`] : []
  })
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0
