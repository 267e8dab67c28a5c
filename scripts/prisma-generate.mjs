// Generates the Prisma client. The generator asks for a schema engine that it never runs; naming any program saves the download.
import { execFileSync } from 'node:child_process'

execFileSync('npx', ['prisma', 'generate', '--no-hints'], {
  stdio: ['ignore', 'ignore', 'inherit'],
  env: {
    ...process.env,
    PRISMA_SCHEMA_ENGINE_BINARY: '/bin/true',
    PRISMA_HIDE_UPDATE_MESSAGE: '1',
    CHECKPOINT_DISABLE: '1',
  },
})
