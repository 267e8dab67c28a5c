export const CLIENT: string
export function bundleClient(): Promise<void>
