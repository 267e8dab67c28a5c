/** Milliseconds between two looks at what changes. */
const REFRESH_MS = 2000

/** Calls `refresh` until it says that nothing will change any more. Returns what ends it. */
export function live(
  refresh: (left: () => boolean) => Promise<'again' | 'over'>,
  fail: (error: unknown) => void,
): () => void {
  let timer: number | undefined
  let stopped = false
  const look = async (): Promise<void> => {
    try {
      const next = await refresh(() => stopped)
      if (next === 'again' && !stopped) timer = window.setTimeout(() => void look(), REFRESH_MS)
    } catch (error) {
      if (!stopped) fail(error)
    }
  }
  void look()
  return () => {
    stopped = true
    window.clearTimeout(timer)
  }
}
