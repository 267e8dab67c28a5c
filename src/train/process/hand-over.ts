import { link, mkdir } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { TrainEvent } from './events.ts'

/**
 * Gives the file of an event a second name that nothing else takes, so that whoever reads the event finds the bytes that it is of, however
 * late. Files are written whole and renamed into place, so that the bytes under a name never change.
 */
export async function handOver(event: TrainEvent, folder: string): Promise<TrainEvent> {
  if (event.type !== 'checkpoint' && event.type !== 'artifact') return event
  const step = event.type === 'checkpoint' ? `-${event.step}` : ''
  const path = join(folder, `${event.kind}${step}-${event.sha256.slice(0, 16)}`, basename(event.path))
  await mkdir(dirname(path), { recursive: true })
  await link(event.path, path).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  })
  return { ...event, path }
}
