/** Links of reports and messages that were sent before pages had paths of their own: `/#/jobs/ID`. */
export function redirectOldLink(): void {
  const { hash } = window.location
  if (!hash.startsWith('#/')) return
  const path = hash.slice(1).replace(/^\/augment$/, '/augmentation')
  window.history.replaceState(null, '', path)
}
