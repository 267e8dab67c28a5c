import Type from 'typebox'
import { SEVERITIES, type Severity } from '../zoo/corruptions/define.ts'
import { corruptions } from '../zoo/corruptions/registry.ts'
import { componentSchema, TEST_TIMES, type ComponentSpec } from './components.ts'

/** What the report measures, and how. */
export interface EvaluationSpec {
  /** Names; none by default. */
  corruptions: string[]
  severities: Severity[]
  images: number
  testTimeAugmentation: ComponentSpec
}

/** The same, as users write it. */
export type ParsedEvaluation = Partial<Omit<EvaluationSpec, 'corruptions'>> & { corruptions?: 'all' | string[] }

const IMAGES = 10_000

/** The fields that are not components. */
export const EVALUATION_FIELDS = {
  corruptions: Type.Union(
    [
      Type.Literal('all'),
      Type.Array(Type.Union(corruptions.map(({ name }) => Type.Literal(name))), {
        uniqueItems: true,
        maxItems: corruptions.length,
      }),
    ],
    { default: [], description: 'Corruptions under which the error is measured: all, or a list of names.' },
  ),
  severities: Type.Array(Type.Union(SEVERITIES.map((severity) => Type.Literal(severity))), {
    minItems: 1,
    maxItems: SEVERITIES.length,
    uniqueItems: true,
    default: [...SEVERITIES],
    description: 'Severities of each corruption.',
  }),
  images: Type.Integer({
    minimum: 1,
    maximum: 10_000_000,
    default: IMAGES,
    description: 'Maximum number of images to corrupt, spread evenly over the split.',
  }),
} as const

export const EVALUATION = Type.Object(
  {
    corruptions: Type.Optional(EVALUATION_FIELDS.corruptions),
    severities: Type.Optional(EVALUATION_FIELDS.severities),
    images: Type.Optional(EVALUATION_FIELDS.images),
    testTimeAugmentation: Type.Optional(
      componentSchema(
        TEST_TIMES,
        'Views of each image over which predictions are averaged, in the report and on request in predictions.',
      ),
    ),
  },
  { additionalProperties: false, description: 'Additional measurements of the report.' },
)

export const resolveEvaluation = ({
  corruptions: wanted = [],
  severities = [...SEVERITIES],
  images = IMAGES,
  testTimeAugmentation = { name: 'none' },
}: ParsedEvaluation): EvaluationSpec => ({
  corruptions: corruptions.map(({ name }) => name).filter((name) => wanted === 'all' || wanted.includes(name)),
  severities,
  images,
  testTimeAugmentation,
})
