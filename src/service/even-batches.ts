import { dividesEvenly, mostDevices } from '../job-spec/even-batches.ts'
import { invalidSpec } from '../job-spec/parse.ts'
import type { ResolvedSpec } from '../job-spec/schema.ts'
import type { JobResources } from './job-needs.ts'

/** @throws AppError `invalid_spec` for batches that the devices of a job cannot share evenly; an elastic one takes as many as can. */
export function requireEvenBatches(spec: ResolvedSpec, { devices = 1, elastic = false }: JobResources): void {
  if (elastic || dividesEvenly(spec, devices)) return
  const most = mostDevices(spec, devices)
  const detail = `is not shared evenly by ${devices} devices with its micro-batches and mix; ${most} can share it`
  throw invalidSpec([{ pointer: '/batchSize', detail }])
}
