import type { Command } from 'commander'
import { PolicySearchOptions } from '../../job-spec/policy-search.ts'
import type { PolicySummary, SavedPolicy } from '../../service/policy-resources.ts'
import { CLIENT_ENVIRONMENT, connect } from '../connect.ts'
import { optionsHelp } from '../options-help.ts'
import { addListOptions, listed, type ListFlags } from '../pages.ts'
import type { PolicySearchFlags } from '../policy-search.ts'
import { show } from '../print.ts'
import { readDocument } from '../read-spec.ts'
import { localTime, NONE } from '../shown.ts'
import { table } from '../table.ts'
import { FORCE } from '../target.ts'

const pathOf = (name: string): string => `/v1/policies/${encodeURIComponent(name)}`

async function list(flags: ListFlags): Promise<void> {
  const found = await listed<PolicySummary>(await connect(), '/v1/policies', flags)
  show({
    value: found,
    text: () =>
      table(found, [
        { title: 'name', of: ({ name }) => name, whole: true },
        { title: 'created', of: ({ createdAt }) => localTime(createdAt), whole: true },
        { title: 'job', of: ({ job }) => job ?? NONE, whole: true },
      ]),
    ids: found.map(({ name }) => name),
  })
}

/** `policy search`, with no service; `list`, `show`, `save`, `delete`: the team's policies over the REST API. */
export function addPolicyCommands(program: Command): void {
  const policy = program
    .command('policy')
    .description('augmentation policies: search on your own data, and save by name')
    .addHelpText('after', CLIENT_ENVIRONMENT)
  policy
    .command('search <spec>')
    .description('search an augmentation policy on the training images; auto-augment takes the file as {"file": ...}')
    .requiredOption('--data <path>', 'a folder, .zip or .tar with one folder per class')
    .requiredOption('--out <file>', 'JSON file to write the policy to')
    .option('--report <file>', 'JSON file to write every trial to')
    .option('--options <json>', optionsHelp(PolicySearchOptions.properties), '{}')
    .option(...FORCE)
    .action(async (spec: string, flags: PolicySearchFlags) => {
      const { searchPolicy } = await import('../policy-search.ts')
      await searchPolicy(spec, flags)
    })
  addListOptions(policy.command('list')).description('the team’s policies, newest first').action(list)
  policy
    .command('show <name>')
    .description('a policy as JSON')
    .action(async (name: string) => {
      const found = await (await connect()).get<SavedPolicy>(pathOf(name))
      show({ value: found.policy, text: `${JSON.stringify(found.policy, null, 2)}\n`, ids: [found.name] })
    })
  policy
    .command('save <name> <file>')
    .description('save a policy from a file for the team')
    .action(async (name: string, file: string) => {
      const content = await readDocument(file)
      const saved = await (await connect()).post<SavedPolicy>('/v1/policies', { name, policy: content })
      show({ value: saved, text: `${saved.name}\n`, ids: [saved.name] })
    })
  policy
    .command('delete <name...>')
    .description('delete policies; jobs that named one hold it in full')
    .action(async (names: string[]) => {
      const client = await connect()
      for (const name of names) await client.remove(pathOf(name))
      show({ value: { deleted: names }, text: names.map((name) => `deleted ${name}\n`).join(''), ids: names })
    })
}
