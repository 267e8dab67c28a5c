#!/usr/bin/env node
import { Command } from 'commander'
import { ApiError } from '../client/client.ts'
import { AppError } from '../errors.ts'
import { addAugmentCommands } from './commands/augment.ts'
import { addClientCommands } from './commands/client.ts'
import { addDoctorCommand } from './commands/doctor.ts'
import { addEvaluationCommands } from './commands/evaluation.ts'
import { addLocalCommands } from './commands/local.ts'
import { addModelsCommand } from './commands/models.ts'
import { addModelCommands } from './commands/model.ts'
import { addPolicyCommands } from './commands/policy.ts'
import { addRoleCommands } from './commands/roles.ts'
import { addSweepCommands } from './commands/sweep.ts'
import { addTeamCommand } from './commands/team.ts'

const program = new Command('anneal')
  .description('Training as a service for image classification.')
  .showHelpAfterError('(add --help for what a command takes)')
addLocalCommands(program)
addAugmentCommands(program)
addModelsCommand(program)
addModelCommands(program)
addPolicyCommands(program)
addClientCommands(program)
addSweepCommands(program)
addEvaluationCommands(program)
addRoleCommands(program)
addDoctorCommand(program)
addTeamCommand(program)

try {
  await program.parseAsync()
} catch (error) {
  if (!(error instanceof AppError) && !(error instanceof ApiError)) throw error
  process.stderr.write(`error: ${error.message}\n`)
  for (const { pointer, detail } of error.errors)
    process.stderr.write(`  ${pointer === '' ? '/' : pointer}  ${detail}\n`)
  process.exitCode = 1
}
