import Type, { type Static } from 'typebox'
import { AppError } from '../errors.ts'
import { Nullable } from '../evaluation/nullable.ts'

export const DEVICE_KINDS = ['cpu', 'gpu'] as const
export type DeviceKind = (typeof DEVICE_KINDS)[number]

/** Jobs that name no pool are of this one, and so are workers. */
export const DEFAULT_POOL = 'default'
export const MAX_LABELS = 16
export const MAX_DEVICES = 1024
/** 1 PiB. */
const MAX_MEMORY_BYTES = 2 ** 50
export const LABEL_PATTERN = '^[A-Za-z0-9]([A-Za-z0-9._=/-]{0,61}[A-Za-z0-9])?$'

const UNITS: Readonly<Record<string, number>> = {
  B: 1,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
}
const MEMORY_PATTERN = `^[0-9]{1,16}(\\.[0-9]{1,6})? ?(${Object.keys(UNITS).join('|')})$`

/** A label of workers, or the name of a pool. */
export const Label = Type.String({
  maxLength: 63,
  pattern: LABEL_PATTERN,
  description: 'Letters, digits and . _ = / - between them.',
})

/** What a submission asks of the worker that runs it. */
export const JobResources = Type.Object(
  {
    device: Type.Optional(
      Type.Unsafe<'auto' | DeviceKind>({
        type: 'string',
        enum: ['auto', ...DEVICE_KINDS],
        description: 'auto: whatever the worker has.',
      }),
    ),
    devices: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: MAX_DEVICES,
        description:
          'How many devices, of one worker or, where none has as many, of several; they share every batch, which has to divide evenly.',
      }),
    ),
    elastic: Type.Optional(
      Type.Boolean({
        description:
          'Whether it may run on fewer devices, at least one, while no worker has as many, nor several together.',
      }),
    ),
    compressGradients: Type.Optional(
      Type.Boolean({
        description:
          'Whether its devices send one another gradients as bfloat16: half as many bytes, for a network that is slower than they are. Weights stay float32.',
      }),
    ),
    memory: Type.Optional(
      Type.Union(
        [
          Type.Integer({ minimum: 1, maximum: MAX_MEMORY_BYTES }),
          Type.String({ maxLength: 32, pattern: MEMORY_PATTERN }),
        ],
        { description: 'Of each device at least: bytes, or text such as "8GiB". Of a CPU, the memory of its machine.' },
      ),
    ),
    labels: Type.Optional(
      Type.Array(Label, { maxItems: MAX_LABELS, uniqueItems: true, description: 'That the worker has, all of them.' }),
    ),
    pool: Type.Optional(
      Type.String({
        maxLength: 63,
        pattern: LABEL_PATTERN,
        description: `The pool whose workers run it, and those that take over from it; \`${DEFAULT_POOL}\` without.`,
      }),
    ),
  },
  { additionalProperties: false, description: 'What it needs of a worker; no part of the hash of its spec.' },
)
export type JobResources = Static<typeof JobResources>

/** The same of a job, with everything in it. */
export const Needs = Type.Object({
  device: Type.Unsafe<'auto' | DeviceKind>({ type: 'string', enum: ['auto', ...DEVICE_KINDS] }),
  devices: Type.Integer(),
  elastic: Type.Boolean(),
  compressGradients: Type.Boolean(),
  memory: Nullable(Type.Integer({ description: 'Bytes of each device at least.' })),
  labels: Type.Array(Type.String()),
  pool: Type.String(),
})
export type Needs = Static<typeof Needs>

/** What differs from what every worker has: equal needs are equal texts. */
export type ShortNeeds = Partial<{
  device: DeviceKind
  devices: number
  elastic: true
  compressGradients: true
  memory: number
  labels: string[]
  pool: string
}>

/** @throws AppError `invalid_request` for an amount of memory that there is not */
export function shortNeeds({
  device,
  devices = 1,
  elastic = false,
  compressGradients = false,
  memory,
  labels = [],
  pool,
}: JobResources): ShortNeeds {
  return {
    ...(device === undefined || device === 'auto' ? {} : { device }),
    ...(devices === 1 ? {} : { devices }),
    ...(elastic && devices > 1 ? { elastic } : {}),
    ...(compressGradients && devices > 1 ? { compressGradients } : {}),
    ...(memory === undefined ? {} : { memory: bytesOf(memory) }),
    ...(labels.length === 0 ? {} : { labels: [...labels].sort() }),
    ...(pool === undefined || pool === DEFAULT_POOL ? {} : { pool }),
  }
}

/** The same of needs that have everything in them. */
export const shortened = ({ memory, ...needs }: Needs): ShortNeeds =>
  shortNeeds({ ...needs, ...(memory === null ? {} : { memory }) })

export const needsOf = ({ device, devices, elastic, compressGradients, memory, labels, pool }: ShortNeeds): Needs => ({
  device: device ?? 'auto',
  devices: devices ?? 1,
  elastic: elastic ?? false,
  compressGradients: compressGradients ?? false,
  memory: memory ?? null,
  labels: labels ?? [],
  pool: pool ?? DEFAULT_POOL,
})

function bytesOf(memory: number | string): number {
  if (typeof memory === 'number') return memory
  const [, amount = '', unit = ''] = /^([0-9.]+) ?([A-Za-z]+)$/.exec(memory) ?? []
  const bytes = Math.ceil(Number(amount) * (UNITS[unit] ?? NaN))
  if (bytes >= 1 && bytes <= MAX_MEMORY_BYTES) return bytes
  throw new AppError('invalid_request', `The memory ${memory} is not between 1 byte and 1 PiB.`, {
    errors: [{ pointer: '/resources/memory', detail: 'must be between 1 byte and 1 PiB' }],
  })
}

/** Needs in words, after "a worker". */
export function needsText({ device, devices, elastic, memory, labels, pool }: Needs): string {
  const kind = { auto: 'device', cpu: 'CPU', gpu: 'GPU' }[device]
  const some = devices === 1 ? `a ${kind}` : `${elastic ? '1 to ' : ''}${devices} ${kind}s`
  const amount = memory === null ? '' : ` of at least ${gibibytes(memory)}`
  const named = labels.length === 0 ? '' : ` and the ${labels.length === 1 ? 'label' : 'labels'} ${labels.join(', ')}`
  return `for the pool ${pool} with ${some}${amount}${named}`
}

const gibibytes = (bytes: number): string => `${Math.round((100 * bytes) / 2 ** 30) / 100} GiB`
