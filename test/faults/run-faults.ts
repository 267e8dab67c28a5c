import { setTimeout } from 'node:timers/promises'
import { rngFor } from '../../src/zoo/rng.ts'
import { watchBlobs } from '../helpers/invariants.ts'
import { checkHistory } from './checks.ts'
import { drawFaults, FAULTS } from './faults.ts'
import { recordHistory } from './history.ts'
import { startInstallation, type Installation } from './installation.ts'
import { Load } from './load.ts'
import { watchResources } from './resources.ts'

const LEASE_MS = 4000

export interface FaultReport {
  seed: number
  durationSeconds: number
  /** How many met what they were for, and how many found nothing of the kind. */
  faults: Record<string, { injected: number; missed: number }>
  activities: Record<string, number>
  /** How often something was looked at. */
  checks: Record<string, number>
  figures: Record<string, unknown>
  violations: string[]
}

interface Options {
  faults: number
  seed: number
  log: (line: string) => void
  /** After it no fault is made any more, and what there is so far is checked. */
  noMore?: AbortSignal
}

/** Starts an installation, disturbs it so many times while it works, lets it come to rest, and checks what its database has recorded. */
export async function runFaults(options: Options): Promise<FaultReport> {
  const installation = await startInstallation(LEASE_MS)
  try {
    return await disturbed(installation, options)
  } finally {
    await installation.stop()
  }
}

async function disturbed(installation: Installation, { faults, seed, log, noMore }: Options): Promise<FaultReport> {
  // A stream for each, since how many jobs are submitted depends on how fast they train.
  const [orderRng, loadRng, rng] = [rngFor(seed), rngFor(seed, 1), rngFor(seed, 2)]
  const from = performance.now()
  const seconds = (): number => Math.round((performance.now() - from) / 1000)
  const roles = [installation.api, ...installation.workers]
  const { database } = installation.service
  await recordHistory(database.url)
  const resources = watchResources(roles)
  const load = await Load.start(installation, loadRng)
  const blobs = watchBlobs(database.url, installation.blob, load.damaged)
  log(`${seconds()} s: undisturbed runs are done`)
  const counts: FaultReport['faults'] = {}
  const died: string[] = []
  let startsGivenUp = 0
  for (const [index, name] of drawFaults(faults, orderRng).entries()) {
    if (noMore?.aborted === true) break
    await load.keepBusy()
    const hit = await FAULTS[name]!({ installation, load, rng })
    const count = (counts[name] ??= { injected: 0, missed: 0 })
    count[hit ? 'injected' : 'missed']++
    log(`${seconds()} s: ${index + 1} of ${faults}, ${name}${hit ? '' : ' (nothing to disturb)'}`)
    await setTimeout(100 + rng.uniform() * 600)
    for (const role of roles) {
      const end = role.revive()
      if (end === undefined) continue
      log(`${role.name} ${end} after ${name}: ${role.said.slice(-5).join('')}`)
      if (end === 'ended') died.push(`${role.name} ended by itself after ${name}`)
      else startsGivenUp++
    }
  }
  await load.settle()
  log(`${seconds()} s: everything has come to its end`)
  const [{ judged, samples, violations, most }] = [await resources.stop(), await blobs.stop()]
  const history = await checkHistory(installation, load.damaged)
  return {
    seed,
    durationSeconds: seconds(),
    faults: counts,
    activities: load.begun,
    checks: {
      ...history.counts,
      'results compared': load.compared,
      'blobs compared with their rows': blobs.compared,
      'samples of memory and descriptors': samples,
      'processes judged by memory and descriptors': judged,
    },
    figures: { ...history.figures, 'starts given up': startsGivenUp, most },
    violations: [...died, ...load.violations, ...history.violations, ...blobs.violations, ...violations],
  }
}
