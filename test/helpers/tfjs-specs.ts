import { createRequire } from 'node:module'
import { join } from 'node:path'
import { bundleTfjs } from '../../scripts/bundle-tfjs.mjs'
import type { Tf } from '../../src/engine/tfjs.js'

const require = createRequire(import.meta.url)

/** One spec of tfjs-core's own suite; `failures` is empty where it passed. */
export interface TfjsSpec {
  name: string
  failures: string[]
}

interface SpecBundle {
  tf: Tf
  setTestEnvs(environments: { name: string; backendName: string; isDataSync: boolean }[]): void
  defineSpecs(): void
}

interface JasmineResult {
  failedExpectations: { message: string }[]
}

interface JasmineItem extends JasmineResult {
  fullName: string
  status: string
}

interface JasmineReporter {
  specDone(spec: JasmineItem): void
  suiteDone(suite: JasmineItem): void
  jasmineDone(run: JasmineResult): void
}

interface Jasmine {
  getEnv(): {
    configure(options: { random: boolean }): void
    addReporter(reporter: JasmineReporter): void
    execute(): Promise<unknown>
  }
}

/** Core, its specs and Jasmine in one file: specs and backend must share one instance of core. */
const ENTRY = `
import * as core from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-core/dist/register_all_gradients'
import '@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops'
import { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu'
export { setTestEnvs } from '@tensorflow/tfjs-core/dist/jasmine_util'
export const tf = { ...core, MathBackendCPU }
export const defineSpecs = () => require('@tensorflow/tfjs-core/dist/tests')
`

/**
 * Runs tfjs-core's specs on the backend that `register` adds. Jasmine's globals stay in this process.
 * @returns the specs that ran, and suites or the run itself where something outside a spec failed.
 */
export async function runTfjsSpecs(backend: string, register: (tf: Tf) => Promise<unknown>): Promise<TfjsSpec[]> {
  const { tf, setTestEnvs, defineSpecs } = await specBundle()
  const jasmine = (require('jasmine-core') as { boot(): Jasmine }).boot().getEnv()
  await register(tf)
  setTestEnvs([{ name: backend, backendName: backend, isDataSync: true }])
  defineSpecs()
  const specs: TfjsSpec[] = []
  const add = (name: string, { failedExpectations }: JasmineResult): void => {
    specs.push({ name, failures: failedExpectations.map(({ message }) => message) })
  }
  jasmine.configure({ random: false })
  jasmine.addReporter({
    specDone(spec) {
      if (spec.status === 'passed' || spec.status === 'failed') add(spec.fullName, spec)
    },
    suiteDone(suite) {
      if (suite.failedExpectations.length > 0) add(suite.fullName, suite)
    },
    jasmineDone(run) {
      if (run.failedExpectations.length > 0) add('the whole run', run)
    },
  })
  await jasmine.execute()
  return specs
}

async function specBundle(): Promise<SpecBundle> {
  const root = join(import.meta.dirname, '../..')
  const outfile = join(root, 'build/tfjs-specs.cjs')
  await bundleTfjs({ root, contents: ENTRY, outfile })
  return require(outfile) as SpecBundle
}
