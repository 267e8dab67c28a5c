import type { CompletedCommand, Values } from './tree.ts'
import { withAllBelow } from './tree.ts'

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`

/** What completes a value: a word that the script's function `_anneal_values` knows. */
function code(values: Values): string {
  if (values.kind === 'words') return `words ${values.words.join(' ')}`
  return values.kind === 'ids' ? `ids ${values.of}` : values.kind
}

/** A script for bash: a table of commands, and a function that finds the command that the line is about. One function: one script as text. */
export function bashScript(root: CompletedCommand): string {
  const commands = withAllBelow(root)
  const key = ({ path }: CompletedCommand): string => path.join(' ')
  const entries = (of: (command: CompletedCommand) => string): string =>
    commands.map((command) => `  [${quoted(`:${key(command)}`)}]=${quoted(of(command))}\n`).join('')
  const valued = commands.flatMap((command) =>
    command.options.flatMap(({ names, values }) =>
      values === undefined
        ? []
        : names.map((name) => `  [${quoted(`:${key(command)}:${name}`)}]=${quoted(code(values))}\n`),
    ),
  )
  const args = commands.flatMap((command) =>
    command.args.map((values, at) => `  [${quoted(`:${key(command)}:${at}`)}]=${quoted(code(values))}\n`),
  )
  return `# Completion of anneal for bash: source this file, or put it in ~/.local/share/bash-completion/completions/anneal.
declare -gA _anneal_subcommands=(
${entries(({ subcommands }) => subcommands.map(({ path }) => path.at(-1) ?? '').join(' '))})
declare -gA _anneal_options=(
${entries(({ options }) => options.flatMap(({ names }) => names).join(' '))})
declare -gA _anneal_option_values=(
${valued.join('')})
declare -gA _anneal_arguments=(
${args.join('')})

_anneal_values() {
  local what=$1 current=$2
  case $what in
    words*) mapfile -t COMPREPLY < <(compgen -W "\${what#words }" -- "$current") ;;
    ids*) mapfile -t COMPREPLY < <(compgen -W "$("\${_anneal_program:-anneal}" completion ids "\${what#ids }" 2>/dev/null)" -- "$current") ;;
    files)
      compopt -o filenames 2>/dev/null
      mapfile -t COMPREPLY < <(compgen -f -- "$current")
      ;;
  esac
}

_anneal() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]}
  local _anneal_program=\${COMP_WORDS[0]} key=: word at=0 skip=0 i last
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    if ((skip)); then
      skip=0
    elif [[ $word == -* ]]; then
      [[ $word != *=* && -n \${_anneal_option_values["$key:$word"]+x} ]] && skip=1
    elif [[ " \${_anneal_subcommands[$key]} " == *" $word "* ]]; then
      [[ $key == : ]] && key=:$word || key="$key $word"
    else
      at=$((at + 1))
    fi
  done
  if [[ $previous == -* && -n \${_anneal_option_values["$key:$previous"]+x} ]]; then
    _anneal_values "\${_anneal_option_values["$key:$previous"]}" "$current"
  elif [[ $current == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "\${_anneal_options[$key]}" -- "$current")
  elif [[ -n \${_anneal_subcommands[$key]} && $at == 0 ]]; then
    mapfile -t COMPREPLY < <(compgen -W "\${_anneal_subcommands[$key]}" -- "$current")
  else
    last=$at
    while ((last > 0)) && [[ -z \${_anneal_arguments["$key:$last"]+x} ]]; do last=$((last - 1)); done
    _anneal_values "\${_anneal_arguments["$key:$last"]-none}" "$current"
  fi
}
complete -F _anneal anneal
`
}
