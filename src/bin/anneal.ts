#!/usr/bin/env node
import { Command } from 'commander'
import { ApiError } from '../client/api-error.ts'
import { AppError } from '../errors.ts'
import { commandGroups } from './command-groups.ts'

const program = new Command('anneal')
  .description('Training as a service for image classification.')
  .showHelpAfterError('(add --help for what a command takes)')
const asked = commandGroups.filter(({ names }) => names.includes(process.argv[2] ?? ''))
for (const { load } of asked.length > 0 ? asked : commandGroups) (await load())(program)

try {
  await program.parseAsync()
} catch (error) {
  if (!(error instanceof AppError) && !(error instanceof ApiError)) throw error
  process.stderr.write(`error: ${error.message}\n`)
  for (const { pointer, detail } of error.errors)
    process.stderr.write(`  ${pointer === '' ? '/' : pointer}  ${detail}\n`)
  process.exitCode = 1
}
