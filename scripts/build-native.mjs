// Builds native/ with CMake into native/build/<hash>, where the hash covers sources, compiler and libtorch: a second run does nothing.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runCommand } from './run-command.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const native = join(root, 'native')
const buildDir = join(native, 'build')
const addons = ['anneal_torch.node', 'anneal_imaging.node']
const stamp = join(buildDir, 'stamp')
const arch = process.env.ANNEAL_ARCH ?? 'native'
const prefix = process.env.LIBTORCH ?? ''
const cpuKernels = process.env.ANNEAL_CPU_KERNELS ?? 'ON'

function files(dir) {
  return readdirSync(dir, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? (entry.name === 'build' ? [] : files(join(dir, entry.name))) : [join(dir, entry.name)],
  )
}

const run = (command, args) => runCommand('build-native', command, args)

function torchVersion() {
  if (prefix) return `${prefix}:${statSync(prefix).mtimeMs}`
  const header = '/usr/include/torch/csrc/api/include/torch/version.h'
  return existsSync(header) ? readFileSync(header, 'utf8') : ''
}

const cpu = arch === 'native' ? (readFileSync('/proc/cpuinfo', 'utf8').match(/^flags.*$/m)?.[0] ?? '') : arch
const hash = createHash('sha256')
  .update(run('c++', ['--version']))
  .update(torchVersion())
  .update(cpu)
  .update(cpuKernels)
for (const file of files(native).sort()) hash.update(file.slice(root.length)).update(readFileSync(file))
const digest = hash.digest('hex')

const built = addons.every((addon) => existsSync(join(buildDir, addon)))
if (built && existsSync(stamp) && readFileSync(stamp, 'utf8') === digest) process.exit(0)

mkdirSync(buildDir, { recursive: true })
const work = join(buildDir, 'cmake')
// CMake refuses the cache of a checkout that was copied or moved.
const cache = join(work, 'CMakeCache.txt')
if (existsSync(cache) && !readFileSync(cache, 'utf8').includes(`CMAKE_HOME_DIRECTORY:INTERNAL=${native}\n`))
  rmSync(work, { recursive: true })
const { include_dir: include } = await import('node-api-headers').then((module) => module.default)
run('cmake', [
  ...['-S', native, '-B', work, '-DCMAKE_BUILD_TYPE=Release', `-DANNEAL_ARCH=${arch}`, `-DNODE_API_INCLUDE=${include}`],
  ...[`-DLIBTORCH=${prefix}`, `-DANNEAL_CPU_KERNELS=${cpuKernels}`],
])
run('cmake', ['--build', work, '--parallel', String(availableParallelism())])
for (const addon of addons) {
  rmSync(join(buildDir, addon), { force: true })
  renameSync(join(work, addon), join(buildDir, addon))
}
writeFileSync(stamp, digest)
