export interface DatasetClaim {
  id: string
  token: number
  attempt: number
  uploadKey: string
}
