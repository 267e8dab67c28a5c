#!/usr/bin/env node
import { run } from './run.ts'

/** Who reads the output may have seen enough: `anneal runs | head -1` ends quietly. */
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0)
    throw error
  })

process.exitCode = await run(process.argv.slice(2))
