import type { Logger } from 'pino'
import type { PrintedLine } from '../../service/ports/gangs.ts'
import { publicLine } from '../../service/public-text.ts'
import type { ProcessOutput } from '../../train/process/output.ts'
import { eachLine } from '../../train/process/line-splitter.ts'
import { redacted } from './secrets.ts'

const SEND_EVERY_MS = 500
/** Lines at a time: of more the last ones are left out. */
const MAX_LINES = 500
/** How long the leader may take for the last lines. */
const TAKEN_WITHIN_MS = 3000
const LOOK_EVERY_MS = 100
const ENDS_WITHIN_MS = 2000

interface MemberOutputOptions {
  /** Gives lines to the leader, as long as the member takes part. @returns false once it does not */
  send(lines: readonly PrintedLine[]): Promise<boolean>
  /** Whether the leader has taken all lines. */
  isTaken(): Promise<boolean>
  log: Logger
  /** Texts that no line may show, and folders of this machine, which lines do not name. */
  secrets: readonly string[]
  folders: readonly string[]
}

/** Sends what the ranks of a member print to the leader of its job, which has the job's log. Output that cannot be sent never holds up the work. */
export class MemberOutput {
  private readonly options: MemberOutputOptions
  private readonly timer: NodeJS.Timeout
  private readonly ended: Promise<void>[] = []
  private lines: PrintedLine[] = []
  private left = 0
  private sending: Promise<void> = Promise.resolve()
  private isGone = false

  constructor(options: MemberOutputOptions) {
    this.options = options
    this.timer = setInterval(() => void this.flush(), SEND_EVERY_MS)
  }

  listen(rank: number, output: ProcessOutput): void {
    this.ended.push(eachLine(output, (stream, text) => this.add({ rank, stream, text })))
  }

  /** Sends no more. */
  stop(): void {
    clearInterval(this.timer)
  }

  /** Sends what there is, after what is being sent. */
  flush(): Promise<void> {
    this.sending = this.sending.then(() => this.send())
    return this.sending
  }

  /** Sends the rest, once the processes have ended. @param untilTaken whether it waits for a while until the leader has it */
  async close({ untilTaken }: { untilTaken: boolean }): Promise<void> {
    await within(ENDS_WITHIN_MS, Promise.all(this.ended))
    this.stop()
    await this.flush()
    const until = performance.now() + (untilTaken ? TAKEN_WITHIN_MS : 0)
    while (!this.isGone && performance.now() < until && !(await this.options.isTaken().catch(() => true)))
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS))
  }

  private add(line: PrintedLine): void {
    if (this.isGone) return
    if (this.lines.length < MAX_LINES) this.lines.push(line)
    else this.left++
  }

  private async send(): Promise<void> {
    const { send, log, secrets, folders } = this.options
    if (this.lines.length === 0 || this.isGone) return
    const lines = this.lines.map((line) => ({ ...line, text: publicLine(redacted(line.text, secrets), folders) }))
    if (this.left > 0) lines.push({ ...lines.at(-1)!, text: `… (${this.left} more lines)` })
    this.lines = []
    this.left = 0
    try {
      this.isGone = !(await send(lines))
    } catch (error) {
      log.warn({ event: 'member_output_lost', error: error instanceof Error ? error.message : String(error) })
    }
  }
}

async function within(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, ms)))
  await Promise.race([work, late])
  clearTimeout(timer)
}
