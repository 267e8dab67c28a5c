import { AppError } from '../errors.ts'
import type { ShortNeeds } from '../service/job-needs.ts'
import type { WorkerDevice } from '../service/worker-resources.ts'

/** The devices of a worker, by their places in the list that it has registered: each is free, or of one job. */
export class DevicePool {
  private readonly devices: readonly WorkerDevice[]
  private readonly taken = new Set<number>()

  constructor(devices: readonly WorkerDevice[]) {
    this.devices = devices
  }

  get free(): number[] {
    return this.devices.flatMap((_, place) => (this.taken.has(place) ? [] : [place]))
  }

  /**
   * Takes so many free devices of one kind that have what a job needs: those with the least memory, so that the others are there for whoever
   * asks for more; of equal ones the preferred, then the first.
   * @throws AppError `internal` where there are not as many
   */
  take(count: number, needs: ShortNeeds, preferred?: number): number[] {
    const fitting = this.free.filter((place) => fits(this.devices[place]!, needs))
    const kind = mostFrequent(fitting.map((place) => this.devices[place]!.kind))
    const memoryOf = (place: number): number => this.devices[place]!.memoryBytes ?? 0
    const inOrder = fitting
      .filter((place) => this.devices[place]!.kind === kind)
      .sort((a, b) => memoryOf(a) - memoryOf(b) || Number(b === preferred) - Number(a === preferred) || a - b)
    if (inOrder.length < count)
      throw new AppError('internal', `A job was claimed for ${count} devices, and ${inOrder.length} are free.`)
    const places = inOrder.slice(0, count).sort((a, b) => a - b)
    for (const place of places) this.taken.add(place)
    return places
  }

  release(places: readonly number[]): void {
    for (const place of places) this.taken.delete(place)
  }
}

/** As `fitting` of the store has it. */
const fits = ({ kind, memoryBytes }: WorkerDevice, { device, memory }: ShortNeeds): boolean =>
  (device === undefined || kind === device) && (memory === undefined || (memoryBytes ?? -1) >= memory)

function mostFrequent<Value>(values: readonly Value[]): Value | undefined {
  const count = (value: Value): number => values.filter((other) => other === value).length
  return [...new Set(values)].sort((a, b) => count(b) - count(a))[0]
}
