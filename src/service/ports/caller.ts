import type { Scope } from '../resources.ts'

export interface PageRequest {
  limit: number
  after?: string | undefined
}

export interface Caller {
  teamId: string
  keyId: string
  scopes: Scope[]
}
