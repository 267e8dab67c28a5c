// Builds native/ with CMake into native/build/<hash>, where the hash covers sources, compiler and libtorch: a second run does nothing.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const native = join(root, 'native')
const buildDir = join(native, 'build')
const output = join(buildDir, 'anneal_torch.node')
const stamp = join(buildDir, 'stamp')
const arch = process.env.ANNEAL_ARCH ?? 'native'
const prefix = process.env.LIBTORCH ?? ''

function files(dir) {
  return readdirSync(dir, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? (entry.name === 'build' ? [] : files(join(dir, entry.name))) : [join(dir, entry.name)],
  )
}

function run(command, args, options = {}) {
  try {
    return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], ...options })
  } catch (error) {
    process.stderr.write(`${error.stdout ?? ''}${error.stderr ?? error.message}\n`)
    process.stderr.write(`build-native: \`${command} ${args.join(' ')}\` failed (see above).\n`)
    process.exit(1)
  }
}

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
for (const file of files(native).sort()) hash.update(file.slice(root.length)).update(readFileSync(file))
const digest = hash.digest('hex')

if (existsSync(output) && existsSync(stamp) && readFileSync(stamp, 'utf8') === digest) process.exit(0)

mkdirSync(buildDir, { recursive: true })
const work = join(buildDir, 'cmake')
const { include_dir: include } = await import('node-api-headers').then((module) => module.default)
run('cmake', [
  ...['-S', native, '-B', work, '-DCMAKE_BUILD_TYPE=Release', `-DANNEAL_ARCH=${arch}`, `-DNODE_API_INCLUDE=${include}`],
  ...(prefix ? [`-DCMAKE_PREFIX_PATH=${prefix}`] : []),
])
run('cmake', ['--build', work, '--parallel', String(availableParallelism())])
rmSync(output, { force: true })
renameSync(join(work, 'anneal_torch.node'), output)
writeFileSync(stamp, digest)
