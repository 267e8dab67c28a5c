import type { Command } from 'commander'
import { quietAwsSdk } from '../aws-sdk.ts'

async function actions() {
  quietAwsSdk()
  return import('../backups.ts')
}

/** `backup create` and `backup restore`: for operators, next to the database and the blobs. */
export function addBackupCommand(program: Command): void {
  const backup = program
    .command('backup')
    .description(
      'all teams, jobs, data sets and checkpoints; for operators, on a machine with the database and the blobs',
    )
  backup
    .command('create')
    .description('write a backup of the installation, which may run meanwhile')
    .argument('<folder>', 'a folder that is empty or new')
    .action(async (folder: string) => (await actions()).backUp(folder))
  backup
    .command('restore')
    .description('bring a backup into an empty database and an empty storage of blobs, with no service on them')
    .argument('<folder>', 'of `anneal backup create`')
    .action(async (folder: string) => (await actions()).restore(folder))
}
