import { withAllBelow, type CompletedCommand, type CompletedOption, type Values } from './tree.ts'

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`
/** Within a specification of _arguments and _describe, colons and brackets have a meaning. */
const plain = (text: string): string => text.replaceAll(/[\\[\]:]/g, (mark) => `\\${mark}`)

/** What _arguments does for a value. */
function action(values: Values): string {
  if (values.kind === 'words') return `(${values.words.join(' ')})`
  if (values.kind === 'ids') return ` _anneal_ids ${values.of}`
  return values.kind === 'files' ? '_files' : ' '
}

function optionSpecs({ names, description, values }: CompletedOption): string[] {
  const group = names.length > 1 ? `(${names.join(' ')})` : ''
  const value = values === undefined ? '' : `:value:${action(values)}`
  return names.map((name) => quoted(`${group}${name}[${plain(description)}]${value}`))
}

const functionOf = ({ path }: CompletedCommand): string => ['_anneal', ...path].join('__').replaceAll('-', '_')

function body(command: CompletedCommand): string {
  const { options, args, subcommands } = command
  const specs = options.flatMap(optionSpecs)
  if (subcommands.length === 0) {
    const positions = args.map((values, at) =>
      quoted(`${at === args.length - 1 ? '*' : at + 1}:argument:${action(values)}`),
    )
    return `  _arguments -S ${[...specs, ...positions].join(' \\\n    ')}\n`
  }
  const listed = subcommands.map((each) => `    ${quoted(`${each.path.at(-1) ?? ''}:${plain(each.description)}`)}\n`)
  const cases = subcommands.map((each) => `        ${each.path.at(-1) ?? ''}) ${functionOf(each)} ;;\n`)
  return `  local state line
  local -a commands
  commands=(
${listed.join('')}  )
  _arguments -C ${[...specs, quoted('1:command:->command'), quoted('*::argument:->argument')].join(' \\\n    ')}
  case $state in
    command) _describe command commands ;;
    argument)
      case $line[1] in
${cases.join('')}      esac
      ;;
  esac
`
}

/** A script for zsh: a function per command, over _arguments. */
export function zshScript(root: CompletedCommand): string {
  const functions = withAllBelow(root).map((command) => `${functionOf(command)}() {\n${body(command)}}\n`)
  return `#compdef anneal
# Completion of anneal for zsh: put this as _anneal in a folder of $fpath, or source it after compinit.
_anneal_ids() {
  local -a ids
  ids=(\${(f)"$(_call_program ids anneal completion ids $1 2>/dev/null)"})
  compadd -a ids
}

${functions.join('\n')}
if [ "$funcstack[1]" = _anneal ]; then
  _anneal "$@"
else
  compdef _anneal anneal
fi
`
}
