import { SETTING_NAMES, requireSettings, type JobSettings } from './job-settings.ts'

/** What a submission says next to its spec; it is no part of the spec's hash. */
export interface Submission {
  spec: unknown
  settings: JobSettings
}

/** @throws AppError `invalid_request` for settings that are out of bounds */
export function submissionOf(body: unknown): Submission {
  // What is no object has no settings either: the spec's parser says what is wrong with it.
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return { spec: body, settings: {} }
  const isSetting = (name: string): boolean => (SETTING_NAMES as readonly string[]).includes(name)
  const entries = Object.entries(body)
  return {
    spec: Object.fromEntries(entries.filter(([name]) => !isSetting(name))),
    settings: requireSettings(Object.fromEntries(entries.filter(([name]) => isSetting(name)))),
  }
}
