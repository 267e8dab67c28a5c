export interface ChangeSubscriber {
  /** There may be something new of a job, or of a version of a data set. */
  onChange(id: string): void
  /** Changes may have been missed: the connection was made, again or for the first time. */
  onGap(): void
}

/** Says which jobs and data sets change, while it can. What it says is a hint: nothing depends on every change being said. */
export interface ChangeListener {
  subscribe(subscriber: ChangeSubscriber): void
  /** Whether changes are being heard. */
  listening(): boolean
  close(): Promise<void>
}
