import { withAllBelow, type CompletedCommand, type CompletedOption, type Values } from './tree.ts'

const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`

/** Options of `complete` for a value. */
function given(values: Values): string {
  if (values.kind === 'words') return `-f -a ${quoted(values.words.join(' '))}`
  if (values.kind === 'ids') return `-f -a ${quoted(`(anneal completion ids ${values.of} 2>/dev/null)`)}`
  return values.kind === 'files' ? '-F' : '-f'
}

function flags({ names, values }: CompletedOption): string {
  const shown = names.map((name) => (name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`))
  return [...shown, ...(values === undefined ? [] : ['-r', given(values)])].join(' ')
}

function lines(command: CompletedCommand): string[] {
  const at = (more = ''): string =>
    `complete -c anneal -n ${quoted(`__anneal_at ${command.path.join(' ')}`.trim() + more)}`
  return [
    ...command.subcommands.map(
      (each) => `${at()} -f -a ${quoted(each.path.at(-1) ?? '')} -d ${quoted(each.description)}\n`,
    ),
    ...command.options.map((option) => `${at()} ${flags(option)} -d ${quoted(option.description)}\n`),
    ...command.args.map((values, i) => {
      const isLast = i === command.args.length - 1
      return `${at(`; and __anneal_argument ${command.path.length} ${i} ${isLast ? 'more' : 'one'}`)} ${given(values)}\n`
    }),
  ]
}

/** A script for fish: a line per subcommand, option and argument, under the command that they belong to. */
export function fishScript(root: CompletedCommand): string {
  const all = withAllBelow(root)
  const known = all.filter(({ path }) => path.length > 0).map(({ path }) => path.join(' '))
  return `# Completion of anneal for fish: put this in ~/.config/fish/completions/anneal.fish.
set -g __anneal_commands ${known.map(quoted).join(' ')}

# The words before the cursor that are no options; the value of an option counts as one.
function __anneal_words
    for word in (commandline -opc)[2..-1]
        string match -q -- '-*' $word; or echo $word
    end
end

# Whether the command on the line is this one.
function __anneal_at
    set -l path
    for word in (__anneal_words)
        contains -- (string join ' ' $path $word) $__anneal_commands; or break
        set -a path $word
    end
    test (string join ' ' $path) = (string join ' ' $argv)
end

# Whether argument INDEX of a command of DEPTH words is next.
function __anneal_argument
    set -l words (__anneal_words)
    set -l at (math (count $words) - $argv[1])
    test $at -eq $argv[2]; or test $argv[3] = more -a $at -gt $argv[2]
end

complete -c anneal -f
${all.flatMap(lines).join('')}`
}
