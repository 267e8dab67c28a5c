/** A server that was started here, on the loopback address. */
export interface EmbeddedService {
  /** With the credentials of its owner. */
  url: string
  pid: number | undefined
  /** Settles when the process has ended, for whatever reason. */
  exited: Promise<void>
  /** Ends it cleanly, or at once after a few seconds. */
  stop(): Promise<void>
}
