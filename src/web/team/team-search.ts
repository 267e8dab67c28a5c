export const TEAM_TABS = ['members', 'keys', 'usage', 'audit', 'webhooks', 'retention', 'storage', 'trash'] as const
export type TeamTab = (typeof TEAM_TABS)[number]

export interface TeamSearch {
  tab: TeamTab
  /** Days of usage, and what it is added up by. */
  from?: string
  to?: string
  by?: string
  /** Of entries of the audit log. */
  actor?: string
  key?: string
  action?: string
  resource?: string
  since?: string
  until?: string
}
