/** Devices of one host that a task may have. */
export const MAX_DEVICES = 64
