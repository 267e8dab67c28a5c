import Type, { type Static, type TSchema } from 'typebox'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'

/**
 * What goes between a process and its predictor, as lines of JSON: requests on the predictor's standard input, replies with the request's
 * id on its fd 3, in the order in which they are ready.
 */

const strict = { additionalProperties: false }
const Path = Type.String({ minLength: 1, maxLength: 4096 })
const Index = Type.Integer({ minimum: 0 })

/** A checkpoint; the hash of its file names its content. */
const Model = Type.Object(
  {
    path: Path,
    sha256: Type.String({ minLength: 1, maxLength: 128 }),
    team: Type.Optional(Type.String({ maxLength: 128, description: 'Whose request it is: teams take turns.' })),
  },
  strict,
)

const Image = Type.Union([
  Type.Object({ path: Path, name: Type.String({ maxLength: 500 }) }, strict),
  Type.Object({ base64: Type.String({ maxLength: 40_000_000 }), name: Type.String({ maxLength: 500 }) }, strict),
  Type.Object(
    {
      packed: Path,
      split: Type.Union([Type.Literal('train'), Type.Literal('val'), Type.Literal('test')]),
      index: Index,
    },
    strict,
  ),
])
export type ImageInput = Static<typeof Image>

const Precision = Type.Union([Type.Literal('float32'), Type.Literal('float16'), Type.Literal('uint8')])
const Format = Type.Union([Type.Literal('tfjs'), Type.Literal('onnx'), Type.Literal('safetensors')])
const Count = Type.Integer({ minimum: 0 })

/** Parameters and result of each method. */
export const METHODS = {
  predict: {
    params: Type.Object(
      {
        model: Model,
        images: Type.Array(Image, { minItems: 1, maxItems: 64 }),
        top: Type.Integer({ minimum: 1, maximum: 100_000 }),
        logits: Type.Boolean(),
        asIs: Type.Boolean(),
        adjustLogits: Type.Optional(Type.Number({ minimum: 0, maximum: 10 })),
        testTime: Type.Optional(Type.Literal('own')),
      },
      strict,
    ),
    result: Type.Array(
      Type.Object(
        {
          answer: Type.Optional(Type.String()),
          rejected: Type.Optional(Type.Boolean()),
          top: Type.Array(Type.Object({ label: Type.String(), probability: Type.Number() }, strict)),
          logits: Type.Optional(Type.Array(Type.Number())),
        },
        strict,
      ),
    ),
  },
  gradCam: {
    params: Type.Object({ model: Model, image: Image, label: Type.Optional(Type.String({ maxLength: 1000 })) }, strict),
    result: Type.Object({ label: Type.String(), png: Type.String({ description: 'Base64.' }) }, strict),
  },
  export: {
    params: Type.Object({ model: Model, format: Format, precision: Precision, path: Path }, strict),
    result: Type.Object(
      {
        fileName: Type.String(),
        contentType: Type.String(),
        sizeBytes: Count,
        sha256: Type.String(),
        files: Type.Array(Type.Object({ name: Type.String(), sizeBytes: Count }, strict)),
        metadata: Type.Unknown({ description: 'Labels, preprocessing, temperature.' }),
      },
      strict,
    ),
  },
  precisionCost: {
    params: Type.Object(
      { model: Model, precision: Precision, packed: Path, most: Type.Integer({ minimum: 1, maximum: 1_000_000 }) },
      strict,
    ),
    result: Type.Union([
      Type.Null(),
      Type.Object({ split: Type.String(), images: Count, original: Type.Number(), exported: Type.Number() }, strict),
    ]),
  },
} as const satisfies Record<string, { params: TSchema; result: TSchema }>

export type Method = keyof typeof METHODS
export type Params<M extends Method> = Static<(typeof METHODS)[M]['params']>
export type Result<M extends Method> = Static<(typeof METHODS)[M]['result']>

export const Reply = Type.Union([
  Type.Object({ id: Index, result: Type.Unknown() }, strict),
  Type.Object(
    {
      id: Index,
      error: Type.Object(
        {
          code: Type.String(),
          message: Type.String(),
          errors: Type.Array(Type.Object({ pointer: Type.String(), detail: Type.String() }, strict)),
          retryable: Type.Boolean(),
        },
        strict,
      ),
    },
    strict,
  ),
])
export type Reply = Static<typeof Reply>

const Request = Type.Union(
  Object.entries(METHODS).map(([method, { params }]) =>
    Type.Object({ id: Index, method: Type.Literal(method), params }, strict),
  ),
)
/** A request of any method. */
export type Request = { [M in Method]: { id: number; method: M; params: Params<M> } }[Method]

const ajv = new Ajv2020({ strict: false })
const compile = <T>(schema: TSchema): ValidateFunction<T> =>
  ajv.compile<T>(JSON.parse(JSON.stringify(schema)) as object)

export const isRequest = compile<Request>(Request)
export const isReply = compile<Reply>(Reply)
export const isResult = Object.fromEntries(
  Object.entries(METHODS).map(([method, { result }]) => [method, compile<unknown>(result)]),
) as Record<Method, ValidateFunction>

/** What a predictor process is started with, as its first argument in JSON. */
export interface PredictorSettings {
  engine: 'auto' | 'torch' | 'tensorflow' | 'cpu'
  threads: number
  /** Weights that are kept loaded at most, bytes; the model in use stays in any case. */
  modelBytes: number
}
