import type { Command } from 'commander'
import { CLIENT_ENVIRONMENT } from '../connect.ts'
import { addFollow, addJobActions, addJobList, addSubmit } from './job-commands.ts'
import { addUpload } from './upload.ts'

/** `upload`, `submit`, `follow`, `runs`, `cancel`, `pause`, `resume`, `stop`, `retry`: the REST API from the command line. */
export function addClientCommands(program: Command): void {
  const commands = [
    addUpload(program),
    addSubmit(program),
    addFollow(program),
    addJobList(program, 'runs'),
    ...addJobActions(program),
  ]
  for (const command of commands) command.addHelpText('after', CLIENT_ENVIRONMENT)
}
