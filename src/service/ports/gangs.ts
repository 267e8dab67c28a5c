import type { Reason } from '../resources.ts'

/** A member's part in an attempt: its writes count as long as the token is the newest and its lease has not run out. */
export interface SeatOf {
  jobId: string
  token: number
  workerId: string
}

/** A member that takes part no more. */
export interface LostMember {
  /** Its name, as far as it is known. */
  worker: string
  /** Why its ranks have failed; null where its lease ran out. */
  reason: Reason | null
}

/** A line that a rank of a member has printed. */
export interface PrintedLine {
  rank: number
  stream: 'stdout' | 'stderr'
  text: string
}

/** How the workers of one job stay together, by the database's clock. One of them leads: it holds the job's lease, and writes what comes of it. */
export interface GangStore {
  /** The leader says where the ranks of an attempt meet. @returns false when its token is not the newest any more */
  openGang(jobId: string, token: number, store: string): Promise<boolean>
  /** @returns whether the attempt still goes on, with this member */
  renewSeat(seat: SeatOf, leaseMs: number): Promise<boolean>
  /** A member ends its part, orderly or for a reason. */
  leaveSeat(seat: SeatOf, reason?: Reason): Promise<void>
  /** Lines of a member's ranks, for the leader. @returns false where the member takes part no more */
  printInGang(seat: SeatOf, lines: readonly PrintedLine[]): Promise<boolean>
  /** Whether the leader has all lines of a member. */
  isPrinted(seat: SeatOf): Promise<boolean>
  /** Lines that the members have given since, each once, in the order of ranks. */
  takePrinted(jobId: string, token: number): Promise<PrintedLine[]>
  /** Members without which the attempt cannot go on: their ranks have failed, or their leases have run out. */
  lostMembers(jobId: string, token: number): Promise<LostMember[]>
}
