import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decide, rungsOf, type HalvingTrial } from '../../../src/service/halving.ts'

interface Simulated extends HalvingTrial {
  scores: (number | null)[]
}

/** Algorithm 2 of the paper as it stands there: which trial a free worker would promote, and to where. */
function promotedByThePaper(
  trials: Simulated[],
  promoted: Set<string>,
  { eta, top }: { eta: number; top: number },
): string[] {
  const result: string[] = []
  for (let rung = top - 1; rung >= 0; rung--) {
    const through = trials.filter(({ scores }) => scores[rung] !== undefined)
    const best = [...through].sort((a, b) => (b.scores[rung] ?? -1) - (a.scores[rung] ?? -1) || a.number - b.number)
    for (const { number } of best.slice(0, Math.floor(through.length / eta)))
      if (!promoted.has(`${number}:${rung}`)) result.push(`${number}:${rung}`)
  }
  return result
}

/** Runs a sweep whose trial `i` scores `skill[i]` plus its noise at each rung; `pick` chooses who of the running trials is through next. */
function simulate(
  skills: number[],
  {
    eta,
    minimum,
    pick,
    failing = [],
  }: { eta: number; minimum: number; pick: (running: number) => number; failing?: number[] },
) {
  const rungs = rungsOf({ eta, minimum })
  const trials = skills.map((_, number): Simulated => ({ number, state: 'queued', rung: 0, reached: 0, scores: [] }))
  const promoted = new Set<string>()
  const byPaper = new Set<string>()
  let finals = 0
  let work = 0
  for (let round = 0; round < 10_000; round++) {
    const running = trials.filter(({ state }) => state === 'queued')
    const trial = running[pick(running.length)]
    if (trial !== undefined) {
      const share = rungs[trial.rung] ?? 1
      work += share - (rungs[trial.rung - 1] ?? 0)
      const fails = failing.includes(trial.number)
      trial.scores[trial.rung] = fails ? null : (skills[trial.number] ?? 0) + trial.rung
      if (!fails) trial.reached = share
      trial.state = fails ? 'failed' : trial.rung === rungs.length - 1 ? 'succeeded' : 'paused'
    }
    for (const key of promotedByThePaper(trials, byPaper, { eta, top: rungs.length - 1 })) byPaper.add(key)
    const decision = decide(trials, { eta, rungs })
    expect(decide(trials, { eta, rungs })).toEqual(decision)
    for (const number of decision.promote) {
      const next = trials[number]!
      const key = `${number}:${next.rung}`
      if (!byPaper.has(key)) finals++
      promoted.add(key)
      next.rung++
      next.state = 'queued'
    }
    for (const { number } of decision.stop) trials[number]!.state = 'stopped'
    if (decision.over) return { trials, promoted, byPaper, finals, work, rungs }
  }
  throw new Error('the sweep did not end')
}

describe('successive halving', () => {
  it('has rungs from the whole budget down to the least share', () => {
    expect(rungsOf({ eta: 3, minimum: 0.1 })).toEqual([1 / 9, 1 / 3, 1])
    expect(rungsOf({ eta: 2, minimum: 0.25 })).toEqual([0.25, 0.5, 1])
    expect(rungsOf({ eta: 4, minimum: 0.5 })).toEqual([1])
  })

  it('promotes whom the paper’s algorithm promotes, whatever the order in which trials get through', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 1, max: 10_000 }), { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 2, max: 4 }),
        fc.infiniteStream(fc.nat(1000)),
        (skills, eta, stream) => {
          const pick = (running: number): number => (running === 0 ? -1 : (stream.next().value ?? 0) % running)
          const { trials, promoted, byPaper, finals } = simulate(skills, { eta, minimum: 1 / eta ** 2, pick })
          for (const key of byPaper) expect(promoted.has(key), key).toBe(true)
          expect(promoted.size).toBe(byPaper.size + finals)
          expect(trials.filter(({ state }) => state === 'succeeded').length).toBeGreaterThan(0)
          expect(trials.every(({ state }) => state === 'succeeded' || state === 'stopped')).toBe(true)
        },
      ),
    )
  })

  it('finds the best of many at a fraction of the work', () => {
    const skills = Array.from({ length: 27 }, (_, i) => (i * 10) % 27)
    const { trials, work } = simulate(skills, { eta: 3, minimum: 1 / 9, pick: (running) => running - 1 })
    const best = trials.find(({ state, number }) => state === 'succeeded' && skills[number] === 26)
    expect(best).toBeDefined()
    expect(work).toBeLessThan(27 / 2)
  })

  it('gives one trial the whole budget when there are fewer than a rung needs', () => {
    const { trials } = simulate([3, 9, 5], { eta: 4, minimum: 1 / 16, pick: () => 0 })
    expect(trials.map(({ state }) => state)).toEqual(['stopped', 'succeeded', 'stopped'])
  })

  it('ranks a failed trial last, and lets the next best go on', () => {
    const { trials } = simulate([9, 8, 7, 6], { eta: 2, minimum: 0.5, pick: () => 0, failing: [0] })
    expect(trials.map(({ state }) => state)).toEqual(['failed', 'succeeded', 'succeeded', 'stopped'])
  })

  it('is over when every trial fails', () => {
    const { trials } = simulate([1, 2], { eta: 2, minimum: 0.5, pick: () => 0, failing: [0, 1] })
    expect(trials.map(({ state }) => state)).toEqual(['failed', 'failed'])
  })

  it('stops a trial as soon as no later one can bring it back', () => {
    const trial = (number: number, score: number | undefined): HalvingTrial => ({
      number,
      rung: 0,
      scores: score === undefined ? [] : [score],
      ...(score === undefined ? { state: 'running', reached: 0 } : { state: 'paused', reached: 1 / 3 }),
    })
    const rungs = [1 / 3, 1]
    const scores = [0.5, 0.9, 0.8]
    const trials = Array.from({ length: 6 }, (_, i) => trial(i, scores[i]))
    expect(decide(trials, { eta: 3, rungs })).toEqual({
      promote: [1],
      stop: [{ number: 0, rung: 0, rank: 2, of: 3 }],
      over: false,
    })
  })

  it('waits for a trial that a person has paused, and leaves out one that was canceled', () => {
    const rungs = [0.5, 1]
    const through: HalvingTrial = { number: 0, state: 'paused', rung: 0, reached: 0.5, scores: [1] }
    const held: HalvingTrial = { number: 1, state: 'paused', rung: 0, reached: 0, scores: [] }
    expect(decide([through, held], { eta: 2, rungs })).toEqual({ promote: [], stop: [], over: false })
    expect(decide([through, { ...held, state: 'canceled' }], { eta: 2, rungs })).toEqual({
      promote: [0],
      stop: [],
      over: false,
    })
  })
})
