/** A run that has ended, as it was measured. */
export interface MeasuredRun {
  deviceKind: string
  imagesPerSecond: number
  /** Images that its training passed through. */
  images: number
  /** Of all its attempts. */
  deviceSeconds: number
}

export interface ThroughputStore {
  /** The team's last runs of the same likeness that succeeded, on the kind of device of the newest. */
  likeRuns(teamId: string, likeness: string): Promise<MeasuredRun[]>
}
