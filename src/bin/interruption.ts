/**
 * What Ctrl-C does while no step of a command handles it: `clean` runs and the command ends as interrupted.
 * @returns what ends that
 */
export function onInterrupt(clean: () => void): () => void {
  const handle = (): void => {
    if (process.listenerCount('SIGINT') > 1) return
    clean()
    process.exit(130)
  }
  process.on('SIGINT', handle)
  return () => void process.off('SIGINT', handle)
}
