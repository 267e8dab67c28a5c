export const ADMIN_TABS = ['teams', 'workers', 'queue', 'audit', 'deleted'] as const
export type AdminTab = (typeof ADMIN_TABS)[number]
