import { spawnSync } from 'node:child_process'

/**
 * Runs a command to its end, with output of any length: a compiler's warnings are no failure.
 * @returns its standard output; after a failure the process exits with 1, and standard error has the command's output.
 */
export function runCommand(script, command, args) {
  const { status, signal, error, stdout, stderr } = spawnSync(command, args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: Infinity,
  })
  if (status === 0) return stdout
  const how = signal ?? (status === null ? 'it did not start' : `exit code ${status}`)
  process.stderr.write(`${stdout ?? ''}${stderr ?? ''}${error?.message ?? ''}\n`)
  process.stderr.write(`${script}: \`${command} ${args.join(' ')}\` failed (${how}; see above).\n`)
  process.exit(1)
}
