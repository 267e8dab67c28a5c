import { describe, expect, it } from 'vitest'
import { createModelCache } from '../../../src/predictor/model-cache.ts'

interface Model {
  path: string
  sizeBytes: number
  dispose(): void
}

function cacheOf(modelBytes: number, sizes: Record<string, number>) {
  const [loaded, disposed]: [string[], string[]] = [[], []]
  const load = (path: string): Model => {
    loaded.push(path)
    return { path, sizeBytes: sizes[path] ?? 10, dispose: () => void disposed.push(path) }
  }
  const cache = createModelCache(load, modelBytes)
  return { loaded, disposed, get: (path: string) => cache.get({ path, sha256: path }), cache }
}

describe('the cache of loaded models', () => {
  it('loads a model once while it fits', () => {
    const { loaded, disposed, get } = cacheOf(20, {})
    expect(get('a')).toBe(get('a'))
    get('b')
    get('a')
    expect([loaded, disposed]).toEqual([['a', 'b'], []])
  })

  it('drops the one that was not used for longest once the bytes are exceeded', () => {
    const { disposed, get } = cacheOf(20, {})
    for (const path of ['a', 'b', 'a', 'c']) get(path)
    expect(disposed).toEqual(['b'])
    get('b')
    expect(disposed).toEqual(['b', 'a'])
  })

  it('keeps a model that is larger than the bound alone', () => {
    const { disposed, get, cache } = cacheOf(20, { large: 100 })
    for (const path of ['a', 'large', 'large']) get(path)
    expect([disposed, cache.size]).toEqual([['a'], 1])
    get('b')
    expect(disposed).toEqual(['a', 'large'])
  })

  it('knows a model by its content, not its place', () => {
    const { loaded, cache } = cacheOf(20, {})
    cache.get({ path: 'a', sha256: 'one' })
    cache.get({ path: 'b', sha256: 'one' })
    cache.get({ path: 'a', sha256: 'two' })
    expect(loaded).toEqual(['a', 'a'])
  })

  it('stays as it was when a model cannot be loaded', () => {
    const cache = createModelCache<Model>(() => {
      throw new Error('broken')
    }, 10)
    expect(() => cache.get({ path: 'a', sha256: 'a' })).toThrow('broken')
    expect(cache.size).toBe(0)
  })
})
