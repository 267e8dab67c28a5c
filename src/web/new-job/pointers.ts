import { isObject } from '../shared/spec-form/value-paths.ts'

/** What people vary first. */
const FIRST = ['/schedule/learningRate', '/batchSize', '/optimizer/weightDecay', '/model', '/seed']
const NEVER: ReadonlySet<string> = new Set(['dataset', 'name', 'classes', 'stages'])

/** Pointers to the values of a spec that a sweep can vary: components, and numbers and names in them. */
export function pointersOf(spec: unknown): string[] {
  const all = Object.entries(isObject(spec) ? spec : {}).flatMap(([key, value]) =>
    NEVER.has(key) ? [] : within(value, `/${key}`),
  )
  return [...FIRST, ...all.filter((pointer) => !FIRST.includes(pointer))]
}

function within(value: unknown, pointer: string): string[] {
  if (!isObject(value)) return [pointer]
  const inner = Object.entries(value).flatMap(([key, each]) =>
    key === 'name' ? [] : within(each, `${pointer}/${key}`),
  )
  return 'name' in value ? [pointer, ...inner] : inner
}
