import { availableParallelism } from 'node:os'
import { beforeAll, describe, expect, it } from 'vitest'
import { torchEngine } from '../../../src/engine/torch/engine.ts'
import { runTfjsSpecs, type TfjsSpec } from '../../helpers/tfjs-specs.ts'
import { TFJS_SPEC_EXCEPTIONS } from './tfjs-spec-exceptions.ts'

/** What tfjs-core 4.22 has for Node and a backend that reads synchronously. */
const MIN_SPECS = 4225

let specs: TfjsSpec[]
let failed: TfjsSpec[]
beforeAll(async () => {
  specs = await runTfjsSpecs('torch', (tf) => torchEngine(tf, { threads: Math.min(2, availableParallelism()) }))
  failed = specs.filter(({ failures }) => failures.length > 0)
})

describe("tfjs-core's own specs on the torch backend", () => {
  it('all run', () => {
    expect(specs.length).toBeGreaterThanOrEqual(MIN_SPECS)
  })

  it('pass, apart from the known exceptions', () => {
    expect(failed.filter(({ name }) => !(name in TFJS_SPEC_EXCEPTIONS))).toEqual([])
  })

  it('fail where an exception is listed', () => {
    const names = new Set(failed.map(({ name }) => name))
    expect(Object.keys(TFJS_SPEC_EXCEPTIONS).filter((name) => !names.has(name))).toEqual([])
  })
})
