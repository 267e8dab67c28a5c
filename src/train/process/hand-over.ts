import { link, mkdir } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { TrainEvent } from './events.ts'

/** Of this process, whose folder it is alone. */
let handedOver = 0

/**
 * Gives the file of an event a second name that nothing else takes, so that whoever reads the event finds the bytes that it is of, however
 * late, and may take them away. Files are written whole and renamed into place, so that the bytes under a name never change.
 */
export async function handOver(event: TrainEvent, folder: string): Promise<TrainEvent> {
  if (event.type !== 'checkpoint' && event.type !== 'artifact') return event
  const path = join(folder, `${event.kind}-${++handedOver}`, basename(event.path))
  await mkdir(dirname(path), { recursive: true })
  await link(event.path, path)
  return { ...event, path }
}
