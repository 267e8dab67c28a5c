/** A loaded model that gives its memory back. */
export interface Disposable {
  sizeBytes: number
  dispose(): void
}

/**
 * Loaded models by their content, the last used ones up to a number of bytes. The one asked for last always stays, so a model larger than
 * the bound is alone.
 */
export function createModelCache<T extends Disposable>(
  load: (path: string, sha256: string) => T,
  modelBytes: number,
): { get(model: { path: string; sha256: string }): T; readonly size: number } {
  const loaded = new Map<string, T>()
  const dropUnused = (): void => {
    let total = [...loaded.values()].reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
    for (const [key, model] of loaded) {
      if (total <= modelBytes || loaded.size === 1) return
      loaded.delete(key)
      total -= model.sizeBytes
      model.dispose()
    }
  }
  return {
    get({ path, sha256 }) {
      const model = loaded.get(sha256) ?? load(path, sha256)
      // A map keeps the order of insertion: the last used one goes to its end.
      loaded.delete(sha256)
      loaded.set(sha256, model)
      dropUnused()
      return model
    },
    get size() {
      return loaded.size
    },
  }
}
