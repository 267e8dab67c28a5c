import type { Command } from 'commander'
import { readConfig } from '../../config.ts'
import { openQueue } from '../../queue/bullmq.ts'
import { createServices } from '../../service/services.ts'
import { openBlobs } from '../../store/blobs.ts'
import { openStore } from '../../store/postgres.ts'
import { requireConnections } from '../wiring.ts'

/** `team create`: for operators of a deployment, whose API has no key until the first team is made. */
export function addTeamCommand(program: Command): void {
  program
    .command('team')
    .description('teams of a deployment (DATABASE_URL, REDIS_URL)')
    .command('create <name>')
    .description('make a team; prints its first API key, which is not shown again')
    .action(async (name: string) => {
      const config = readConfig(process.env)
      const { databaseUrl, redisUrl } = requireConnections(config)
      const store = openStore(databaseUrl)
      const queue = openQueue(redisUrl)
      try {
        const services = createServices({
          store,
          queue,
          blobs: openBlobs(config.blobUrl),
          now: Date.now,
          weightHosts: config.weightHosts,
        })
        const { secret } = await services.createTeam(name)
        process.stdout.write(`${secret}\n`)
      } finally {
        await queue.close()
        await store.close()
      }
    })
}
