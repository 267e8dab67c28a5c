/** How device time is divided between teams. */
export interface FairShareSettings {
  /** Device time of so long ago counts half. */
  halfLifeSeconds: number
  /** A job that has waited longer takes a device from a team above its share, when its own team is below. */
  preemptAfterSeconds: number
  /** A job that was claimed keeps its device for at least so long. */
  preemptFloorSeconds: number
}

export const FAIR_SHARE: FairShareSettings = {
  halfLifeSeconds: 24 * 3600,
  preemptAfterSeconds: 300,
  preemptFloorSeconds: 120,
}

/** Why a running job is to make room: decayed device-seconds over weight of its own team, and of the one that waits. */
export interface Preemption {
  share: number
  waitingShare: number
  /** Seconds that the other team's job has waited. */
  waitedSeconds: number
}

/** A team that waits or runs, as far as the order of the queue depends on it. */
export interface TeamInQueue {
  /** Whether it is the team that asks. */
  own: boolean
  /** Decayed device-seconds, without what its running jobs have not been metered for. */
  seconds: number
  weight: number
  /** Of each job that waits and may run, in their order, the devices that it needs. */
  queued: number[]
  /** Of each running job its devices, and how long it will run on, as far as its trainer says. */
  running: { devices: number; secondsLeft: number | null; heldSeconds: number }[]
  /** What its jobs of the last week have needed on average. */
  meanSeconds: number | null
  maxRunning: number
  deviceHoursLeft: number
}

/** A queued job, and everything that it waits for. */
export interface QueueSnapshot {
  teams: TeamInQueue[]
  /** Jobs of its own team that are before it: how many, and the first of them. */
  ahead: { count: number; jobs: string[] }
  waitedSeconds: number
  /** Of a job that is tried again after a failure: how long it waits before it may run. */
  notBeforeSeconds: number
  now: Date
}

/** What a queued job waits for. */
export interface QueueView {
  /** @returns undefined for a job that is not queued */
  queueSnapshot(teamId: string, id: string): Promise<QueueSnapshot | undefined>
}
