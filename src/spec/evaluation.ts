import Type from 'typebox'
import { SEVERITIES, type Severity } from '../zoo/corruptions/define.ts'
import { corruptions } from '../zoo/corruptions/registry.ts'

/** What the report measures beside the test images as they are. */
export interface EvaluationSpec {
  /** Names; none by default. */
  corruptions: string[]
  severities: Severity[]
  images: number
}

/** The same, as users write it, with defaults filled in. */
export type ParsedEvaluation = Omit<EvaluationSpec, 'corruptions'> & { corruptions: 'all' | string[] }

export const EVALUATION = Type.Object(
  {
    corruptions: Type.Union(
      [
        Type.Literal('all'),
        Type.Array(Type.Union(corruptions.map(({ name }) => Type.Literal(name))), { uniqueItems: true }),
      ],
      { default: [], description: 'Corruptions under which the error is measured.' },
    ),
    severities: Type.Array(Type.Union(SEVERITIES.map((severity) => Type.Literal(severity))), {
      ...{ minItems: 1, uniqueItems: true, default: [...SEVERITIES] },
      description: 'Of each corruption.',
    }),
    images: Type.Integer({
      ...{ minimum: 1, maximum: 10_000_000, default: 10_000 },
      description: 'Images that are corrupted at most, spread evenly over the split.',
    }),
  },
  { additionalProperties: false, description: 'What the report measures beside the test images as they are.' },
)

export const resolveEvaluation = ({ corruptions: wanted, ...rest }: ParsedEvaluation): EvaluationSpec => ({
  corruptions: corruptions.map(({ name }) => name).filter((name) => wanted === 'all' || wanted.includes(name)),
  ...rest,
})
