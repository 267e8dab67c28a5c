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
  preemptAfterSeconds: 600,
  preemptFloorSeconds: 300,
}

/** Why a running job is to make room: decayed device-seconds over weight of its own team, and of the one that waits. */
export interface Preemption {
  share: number
  waitingShare: number
  /** Seconds that the other team's job has waited. */
  waitedSeconds: number
}
