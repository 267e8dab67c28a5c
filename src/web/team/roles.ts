/** What members may do. */
export const ROLES = [
  { value: 'owner', label: 'owner: everything, with members, keys, the quota and the audit log' },
  { value: 'member', label: 'member: reads, uploads data sets, and runs jobs' },
  { value: 'viewer', label: 'viewer: reads alone' },
] as const
export type Role = (typeof ROLES)[number]['value']

export const SCOPES = [
  { value: 'read', label: 'read: see everything that the team has' },
  { value: 'write', label: 'write: upload, submit, change and delete' },
  { value: 'admin', label: 'admin: members, keys, webhooks, rules and the audit log' },
] as const
