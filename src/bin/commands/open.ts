import { spawn } from 'node:child_process'
import type { Command } from 'commander'
import { AppError } from '../../errors.ts'
import { CLIENT_ENVIRONMENT, requireConnection } from '../connect.ts'
import { show } from '../print.ts'

/** Addresses of the page by the prefix of the ids that they are of. */
const PAGES: Readonly<Record<string, string>> = { job: 'jobs', ds: 'datasets', sweep: 'sweeps', model: 'models' }
const MODEL_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/

/** The path of a page. @throws AppError `invalid_request` for what has none */
export function pageOf(id: string | undefined): string {
  if (id === undefined) return '/'
  const [, prefix = '', own] = /^(job|ds|sweep|model)_([a-z0-9]{1,48})(?:@\d{1,9})?$/.exec(id) ?? []
  if (own !== undefined) return `/${PAGES[prefix] ?? ''}/${prefix}_${own}`
  // A version or an alias is on the page of its model.
  const [name = ''] = id.split(/[:@]/, 1)
  if (MODEL_NAME.test(name) && !/^[a-z]{1,8}_/.test(name)) return `/models/${encodeURIComponent(name)}`
  throw new AppError(
    'invalid_request',
    `${JSON.stringify(id.slice(0, 100))} has no page: a job (job_…), a data set (ds_…), a sweep (sweep_…) or the name of a model is expected.`,
  )
}

const OPENERS: Readonly<Partial<Record<NodeJS.Platform, string>>> = { darwin: 'open', linux: 'xdg-open' }

/** Whether a browser can be shown here. */
function hasDisplay({ DISPLAY, WAYLAND_DISPLAY }: NodeJS.ProcessEnv): boolean {
  return process.platform === 'darwin' || [DISPLAY, WAYLAND_DISPLAY].some((name) => name !== undefined && name !== '')
}

async function opened(url: string): Promise<boolean> {
  const opener = process.env['BROWSER'] ?? OPENERS[process.platform]
  if (opener === undefined || opener === '') return false
  const child = spawn(opener, [url], { stdio: 'ignore', detached: true })
  return new Promise((resolve) => {
    child.once('error', () => resolve(false))
    child.once('spawn', () => {
      child.unref()
      resolve(true)
    })
  })
}

async function open(id: string | undefined, { print = false }: { print?: boolean }): Promise<void> {
  const page = pageOf(id)
  const { url } = await requireConnection()
  const address = `${url}${page}`
  const isShown = !print && process.stdout.isTTY && hasDisplay(process.env) && (await opened(address))
  show({ value: { url: address, opened: isShown }, text: `${address}\n`, ids: [address] })
}

/** `open`: from an id to its page. */
export function addOpenCommand(program: Command): void {
  program
    .command('open [id]')
    .description(
      'Open the page of a job, a data set, a sweep or a model in the browser, or the page itself; prints its address, and that alone where there is no browser.',
    )
    .option('--print', 'print the address, and open nothing')
    .action(open)
    .addHelpText('after', CLIENT_ENVIRONMENT)
}
