import { writeSync } from 'node:fs'

/** Appends all of the bytes to an open file: one write may take fewer. */
export function writeAll(file: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.byteLength;) at += writeSync(file, bytes, at, bytes.byteLength - at)
}
