/**
 * Runs work in turns that are fair by team: one at a time per team, a few at a time in all, and the next one is of the team that has waited
 * longest since its last turn.
 */
export function fairTurns(concurrent: number): <T>(team: string, run: () => Promise<T>) => Promise<T> {
  const waiting = new Map<string, (() => void)[]>()
  const running = new Set<string>()
  const start = (): void => {
    for (const [team, queue] of waiting) {
      if (running.size >= concurrent) return
      if (running.has(team)) continue
      waiting.delete(team)
      const next = queue.shift()
      if (queue.length > 0) waiting.set(team, queue)
      running.add(team)
      next?.()
    }
  }
  return async (team, run) => {
    await new Promise<void>((resolve) => {
      const queue = waiting.get(team) ?? []
      queue.push(resolve)
      waiting.set(team, queue)
      start()
    })
    try {
      return await run()
    } finally {
      running.delete(team)
      const queue = waiting.get(team)
      if (queue !== undefined) {
        // Behind the teams that have waited since before this turn.
        waiting.delete(team)
        waiting.set(team, queue)
      }
      // A turn of the event loop between, in which requests are read.
      setImmediate(start)
    }
  }
}
