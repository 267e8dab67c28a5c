import { parallelChart, type Dimension } from '../plots/parallel-chart.ts'
import type { Space } from '../job-spec/space.ts'
import type { Sweep } from './sweep-resources.ts'

type Drawn = number | string | undefined

/** Listed values are drawn on a logarithmic scale where the largest is this many times the smallest. */
const WIDE = 50

/** The trials of a sweep as SVG: parallel coordinates of the fields that vary, and last the objective. */
export function sweepChart({ trials, space, objective }: Pick<Sweep, 'trials' | 'space' | 'objective'>): string {
  const fields = [...new Set(trials.flatMap(({ parameters }) => Object.keys(parameters)))]
  const columns = fields
    .map((pointer) => ({
      pointer,
      values: trials.map(({ parameters }) => drawn(parameters[pointer])),
    }))
    .filter(({ values }) => new Set(values).size > 1)
  return parallelChart({
    dimensions: [
      ...columns.map(({ pointer, values }) => dimension(pointer, space?.[pointer] ?? {}, values)),
      { name: objective.metric },
    ],
    lines: trials.map(({ value }, i) => [...columns.map(({ values }) => values[i]), value ?? undefined]),
  })
}

const drawn = (value: unknown): Drawn =>
  typeof value === 'number' || typeof value === 'string' || value === undefined ? value : JSON.stringify(value)

function dimension(pointer: string, { values: listed, scale }: Space[string], values: readonly Drawn[]): Dimension {
  const name = pointer.slice(1)
  const numbers = values.filter((value) => typeof value === 'number')
  const [low, high] = [Math.min(...numbers), Math.max(...numbers)]
  const wide = scale === 'log' || (listed !== undefined && high / low >= WIDE)
  return numbers.length === values.length && low > 0 && wide ? { name, type: 'log' } : { name }
}
