export const COLOR_CHOICES = ['auto', 'always', 'never'] as const
type ColorChoice = (typeof COLOR_CHOICES)[number]

/** What the options that every command has say of how this process prints, and which service it calls. */
interface Invocation {
  json: boolean
  quiet: boolean
  color: ColorChoice
  /** The profile that `--profile` names. */
  profile: string | undefined
}

const DEFAULTS: Invocation = { json: false, quiet: false, color: 'auto', profile: undefined }

/** Of the command that runs: a process runs one. */
export const invocation: Invocation = { ...DEFAULTS }

/** Takes over what a command line says. */
export const invoke = (given: Partial<Invocation>): void => void Object.assign(invocation, DEFAULTS, given)
