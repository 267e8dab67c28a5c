/** What is put on the queue: ids only. The token tells a message about a later attempt from one that is still in progress. */
export interface Message {
  kind: 'job' | 'dataset' | 'prediction'
  ref: string
  token: number
}

export interface Queue {
  send(messages: Message[]): Promise<void>
  ready(): Promise<void>
  close(): Promise<void>
}

/** Messages are stored in the transaction that they are about, and wait here until the queue has them. */
export interface Outbox {
  /** Hands messages to `send` and forgets those that were sent. */
  relayOutbox(send: (messages: Message[]) => Promise<void>): Promise<number>
}

/** How often something was done in a window of time, and how long that still lasts. */
export interface WindowCount {
  count: number
  leftMs: number
}

/** Counts over all API processes. */
export interface RequestCounts {
  /** Counts one more. */
  add(key: string, windowMs: number): Promise<WindowCount>
  close(): void
}
