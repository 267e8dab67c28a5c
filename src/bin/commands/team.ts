import type { Command } from 'commander'
import { readConfig } from '../../config.ts'
import { createLogger, openServices, requireConnections } from '../wiring.ts'

/** `team create`: for operators of a deployment, whose API has no key until the first team is made. */
export function addTeamCommand(program: Command): void {
  program
    .command('team')
    .description('teams of a deployment (DATABASE_URL, REDIS_URL)')
    .command('create <name>')
    .description('make a team; prints its first API key, which is not shown again')
    .action(async (name: string) => {
      const config = readConfig(process.env)
      const { services, stop } = await openServices(
        config,
        requireConnections(config),
        createLogger(config),
        process.env,
      )
      try {
        const { secret } = await services.createTeam(name)
        process.stdout.write(`${secret}\n`)
      } finally {
        await stop()
      }
    })
}
