import type { FastifyInstance } from 'fastify'

interface Known {
  segments: readonly string[]
  methods: Set<string>
}

/** The methods of known paths, so that a call with another one is told which there are. Add it before any route. */
export function knownMethods(app: FastifyInstance): (path: string) => string[] {
  const known = new Map<string, Known>()
  app.addHook('onRoute', ({ url, method }) => {
    if (url.includes('*')) return
    const entry = known.get(url) ?? { segments: segmentsOf(url), methods: new Set<string>() }
    known.set(url, entry)
    for (const name of [method].flat()) entry.methods.add(name)
  })
  return (path) => {
    const segments = path.split('/')
    const fitting = [...known.values()].filter((entry) => fits(entry.segments, segments))
    return [...new Set(fitting.flatMap(({ methods }) => [...methods]))].sort()
  }
}

/** A parameter becomes a bare colon, which takes any segment but an empty one. */
const segmentsOf = (url: string): string[] =>
  url.split('/').map((segment) => (/^:(?!:)/.test(segment) ? ':' : segment.replaceAll('::', ':')))

const fits = (pattern: readonly string[], segments: readonly string[]): boolean =>
  pattern.length === segments.length &&
  pattern.every((part, i) => (part === ':' ? segments[i] !== '' : part === segments[i]))
