import Type from 'typebox'
import { Nullable } from '../evaluation/nullable.ts'
import { Needs } from './job-needs.ts'

/** What a job says of its limits, of what it needs and runs after, and of where it comes from. */
export const lifeFields = {
  tags: Type.Array(Type.String()),
  deadline: Nullable(Type.String({ format: 'date-time' })),
  maxRunSeconds: Nullable(Type.Integer()),
  maxWaitSeconds: Nullable(Type.Integer()),
  ranSeconds: Type.Number({ description: 'Time on a device over all attempts.' }),
  after: Type.Array(Type.String(), { description: 'Jobs and data sets that it runs after.' }),
  blocked: Type.Boolean({ description: 'Whether it waits for one of `after`; `explain` says for which.' }),
  resources: Needs,
  forkOf: Nullable(
    Type.Object(
      {
        job: Type.String(),
        checkpoint: Type.String(),
        mode: Type.Union([Type.Literal('weights'), Type.Literal('continue')], {
          description: 'weights: it starts from the weights; continue: it trains on, with optimiser and step.',
        }),
      },
      { description: 'What it was forked from; it may have been deleted since.' },
    ),
  ),
}
