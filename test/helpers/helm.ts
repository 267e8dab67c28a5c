import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { parseAllDocuments } from 'yaml'
import type { KubernetesObject } from './kubernetes.ts'

export const CHART = 'deploy/helm/anneal'

const execute = promisify(execFile)
const MAX_OUTPUT = 1 << 24

let program: Promise<string> | undefined

/** Runs Helm, which is fetched once. Rejects with what it says on standard error. */
export async function helm(...words: string[]): Promise<string> {
  program ??= execute(process.execPath, ['scripts/fetch-helm.mjs']).then(({ stdout }) => stdout.trim())
  const home = join('build', 'helm', 'home')
  const { stdout } = await execute(await program, words, {
    maxBuffer: MAX_OUTPUT,
    env: { ...process.env, HELM_CACHE_HOME: home, HELM_CONFIG_HOME: home, HELM_DATA_HOME: home },
  })
  return stdout
}

/** The objects of a release called anneal, with hooks and tests; `options` of `helm template` besides. */
export async function renderChart(...options: string[]): Promise<KubernetesObject[]> {
  return objectsOf(await helm('template', 'anneal', CHART, '--namespace', 'anneal', ...options))
}

/** Of a file with one or several. */
export const objectsOf = (text: string): KubernetesObject[] =>
  parseAllDocuments(text, { uniqueKeys: true })
    .map((document) => {
      if (document.errors[0] !== undefined) throw document.errors[0]
      return document.toJS() as KubernetesObject | null
    })
    .filter((object) => object !== null)
