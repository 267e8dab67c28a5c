import { cpus } from 'node:os'
import { codeVersion } from '../service/code-version.ts'
import type { Provenance } from '../evaluation/report-parts.ts'

/** What this process runs on, for a report. */
export function machineOf(): Pick<Provenance, 'version' | 'node' | 'platform' | 'cpu'> {
  const [first] = cpus()
  return {
    version: codeVersion(),
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    ...(first === undefined ? {} : { cpu: first.model.trim() }),
  }
}
