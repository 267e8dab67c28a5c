import type { Command } from 'commander'
import { readConfig } from '../../config.ts'
import { findConnections } from '../connections.ts'
import { createLogger, openServices } from '../wiring.ts'

/** `team create`: for operators, whose API has no key until the first team is made; next to `anneal serve` it finds the service by itself. */
export function addTeamCommand(program: Command): void {
  program
    .command('team')
    .description('teams of the service that runs on ANNEAL_HOME, or of DATABASE_URL and REDIS_URL')
    .command('create <name>')
    .description('make a team; prints its first API key, which is not shown again')
    .action(async (name: string) => {
      const config = readConfig(process.env)
      const { services, stop } = await openServices(
        config,
        await findConnections(config),
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
