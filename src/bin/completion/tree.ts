import type { Argument, Command, Option } from 'commander'

/** What a value can be completed with: words, ids of the service, files, or nothing. */
export type Values =
  { kind: 'words'; words: readonly string[] } | { kind: 'ids'; of: IdKind } | { kind: 'files' } | { kind: 'none' }

export const ID_KINDS = ['jobs', 'datasets', 'sweeps', 'models', 'profiles'] as const
export type IdKind = (typeof ID_KINDS)[number]

export interface CompletedOption {
  names: readonly string[]
  description: string
  /** Undefined: it takes no value. */
  values: Values | undefined
}

export interface CompletedCommand {
  /** Words after `anneal`. */
  path: readonly string[]
  description: string
  subcommands: readonly CompletedCommand[]
  options: readonly CompletedOption[]
  /** Of its arguments, in their order; the last one stands for all that follow where it may be repeated. */
  args: readonly Values[]
}

/** Arguments and placeholders of options whose values are ids. */
const IDS: Readonly<Record<string, IdKind>> = {
  job: 'jobs',
  a: 'jobs',
  b: 'jobs',
  dataset: 'datasets',
  sweep: 'sweeps',
  model: 'models',
  profile: 'profiles',
}
/** Those that name a file or a folder. */
const FILES = new Set(['spec', 'data', 'path', 'file', 'folder', 'checkpoint', 'image', 'weights', 'png'])

function valuesOf(placeholder: string, choices: readonly string[] | undefined): Values {
  if (choices !== undefined) return { kind: 'words', words: choices }
  const of = Object.hasOwn(IDS, placeholder) ? IDS[placeholder] : undefined
  if (of !== undefined) return { kind: 'ids', of }
  return { kind: FILES.has(placeholder) ? 'files' : 'none' }
}

const argumentValues = (argument: Argument): Values => valuesOf(argument.name(), argument.argChoices)

function optionValues({ flags, long, argChoices, required, optional }: Option): Values | undefined {
  if (!required && !optional) return undefined
  if (long === '--profile') return { kind: 'ids', of: 'profiles' }
  const [, placeholder = ''] = /[<[]([^>\].=]+)/.exec(flags) ?? []
  // `--out <checkpoint>` is a file, and `--checkpoint <id>` none.
  return valuesOf(placeholder, argChoices)
}

/** The first sentence, as shells show it beside a word. */
const brief = (text: string): string => (text.split(/(?<=[^.])[.;:] /, 1)[0] ?? '').replace(/\.$/, '')

/** What there is to complete of a command and those below it. */
export function completed(command: Command, path: readonly string[] = []): CompletedCommand {
  return {
    path,
    description: brief(command.summary() === '' ? command.description() : command.summary()),
    subcommands: command
      .createHelp()
      .visibleCommands(command)
      .filter((each) => each.name() !== 'help')
      .map((each) => completed(each, [...path, each.name()])),
    options: command
      .createHelp()
      .visibleOptions(command)
      .map((option) => ({
        names: [option.short, option.long].filter((name): name is string => name !== undefined),
        description: brief(option.description),
        values: optionValues(option),
      })),
    args: command.registeredArguments.map(argumentValues),
  }
}

/** A command and all below it. */
export const withAllBelow = (command: CompletedCommand): CompletedCommand[] => [
  command,
  ...command.subcommands.flatMap(withAllBelow),
]
