import Type, { type Static } from 'typebox'
import { Id, Nullable, SharedBy, Timestamp } from './resources.ts'

const strict = { additionalProperties: false }

/** A name may not look like an id, by which a model of another team is named. */
export const MODEL_NAME = '^(?!model_)[A-Za-z0-9][A-Za-z0-9._-]{0,63}$'
const ModelName = Type.String({
  pattern: MODEL_NAME,
  maxLength: 64,
  description: 'Letters, digits, dots, hyphens and underscores; it may not begin with `model_`.',
})
export const ALIAS_NAME = '^[A-Za-z][A-Za-z0-9._-]{0,63}$'
export const VersionNumber = Type.Integer({ minimum: 1, maximum: 999_999_999 })
const Text = (maxLength: number, description: string) => Type.String({ maxLength, description })
const MAX_DESCRIPTION = 2000
const MAX_SECTION = 10_000

/** What a team may say in a model card; sections of Mitchell et al. 2019 that no report knows. */
const CARD_SECTIONS = {
  intendedUse: 'What the model is for, and by whom.',
  outOfScope: 'What it is not for.',
  factors: 'Groups, instruments and environments that matter.',
  data: 'Where the images come from, and how they were labelled.',
  ethics: 'Ethical considerations.',
  limitations: 'Known limitations and caveats.',
} as const
export type CardSection = keyof typeof CARD_SECTIONS
export const CardTexts = Type.Partial(
  Type.Object(
    Object.fromEntries(
      Object.entries(CARD_SECTIONS).map(([name, description]) => [name, Text(MAX_SECTION, description)]),
    ) as Record<CardSection, ReturnType<typeof Text>>,
  ),
  strict,
)
export type CardTexts = Static<typeof CardTexts>

const By = Type.Object({
  kind: Type.String(),
  id: Type.String(),
  name: Type.String({ description: 'Email of a person, name of a key.' }),
})
export type By = Static<typeof By>

export const RegisteredModel = Type.Object({
  id: Id('model'),
  name: ModelName,
  description: Type.String(),
  newestVersion: Nullable(VersionNumber),
  aliases: Type.Record(Type.String(), VersionNumber, { description: 'Numbers of versions by alias.' }),
  card: CardTexts,
  sharedBy: SharedBy,
  createdAt: Timestamp,
})
export type RegisteredModel = Static<typeof RegisteredModel>

/** What a version was made of, as it was when it was registered. */
export const Lineage = Type.Object({
  job: Type.Object({
    id: Id('job'),
    name: Type.String(),
    createdAt: Timestamp,
    endedAt: Nullable(Timestamp),
  }),
  checkpoint: Type.Object({
    id: Id('ckpt'),
    kind: Type.String(),
    step: Type.Integer(),
    sha256: Type.String(),
    parents: Type.Array(Type.String(), { description: 'Checkpoints that the spec names.' }),
  }),
  spec: Type.Unknown({ description: 'The resolved spec.' }),
  specHash: Type.String(),
  dataset: Type.Object({
    id: Id('ds'),
    version: VersionNumber,
    name: Nullable(Type.String({ description: 'Null where it was deleted.' })),
    fingerprint: Nullable(Type.String({ description: 'Changes with classes, splits, labels and pixels.' })),
    images: Nullable(Type.Object({ train: Type.Integer(), val: Type.Integer(), test: Type.Integer() })),
    classes: Type.Integer(),
  }),
  code: Type.Object({
    version: Nullable(Type.String({ description: 'Of Anneal, that trained it; null where no worker said so.' })),
    engine: Nullable(Type.String()),
    device: Nullable(Type.String()),
  }),
  metrics: Type.Record(Type.String(), Type.Number(), { description: 'Of the checkpoint and of the report.' }),
})
export type Lineage = Static<typeof Lineage>

export const ModelVersion = Type.Object({
  model: ModelName,
  version: VersionNumber,
  checkpoint: Id('ckpt'),
  job: Id('job'),
  description: Type.String(),
  aliases: Type.Array(Type.String()),
  sizeBytes: Type.Integer(),
  sha256: Type.String(),
  metrics: Lineage.properties.metrics,
  registeredBy: By,
  createdAt: Timestamp,
})
export type ModelVersion = Static<typeof ModelVersion>

export const ModelVersionWithLineage = Type.Object({ ...ModelVersion.properties, lineage: Lineage })
export type ModelVersionWithLineage = Static<typeof ModelVersionWithLineage>

/** A change of an alias. */
export const Promotion = Type.Object({
  id: Id('promo'),
  alias: Type.String(),
  from: Nullable(VersionNumber),
  to: Nullable(VersionNumber),
  reason: Type.String(),
  promotedBy: By,
  createdAt: Timestamp,
})
export type Promotion = Static<typeof Promotion>

const description = Text(MAX_DESCRIPTION, 'Free text.')
export const NewModel = Type.Object(
  { name: ModelName, description: Type.Optional(description), card: Type.Optional(CardTexts) },
  strict,
)
export type NewModel = Static<typeof NewModel>

export const ModelChanges = Type.Object(
  { description: Type.Optional(description), card: Type.Optional(CardTexts) },
  { ...strict, minProperties: 1 },
)
export type ModelChanges = Static<typeof ModelChanges>

export const NewModelVersion = Type.Object(
  {
    checkpoint: Type.Optional(Type.String({ pattern: '^ckpt_[a-z0-9]+$', maxLength: 100 })),
    job: Type.Optional(
      Type.String({
        maxLength: 64,
        description: 'In place of a checkpoint: the one that the job’s report is of, else its best or last.',
      }),
    ),
    description: Type.Optional(description),
  },
  strict,
)
export type NewModelVersion = Static<typeof NewModelVersion>

export const NewPromotion = Type.Object(
  { version: VersionNumber, reason: Type.String({ minLength: 1, maxLength: MAX_DESCRIPTION, description: 'Why.' }) },
  strict,
)
export type NewPromotion = Static<typeof NewPromotion>

export const Share = Type.Object({
  team: Id('team'),
  sharedBy: By,
  createdAt: Timestamp,
})
export type Share = Static<typeof Share>

/** Which version of a model answers, and by what it was named. */
export const AnsweringModel = Type.Object({
  id: Id('model'),
  name: ModelName,
  version: VersionNumber,
  alias: Nullable(Type.String({ description: 'That led to it.' })),
  checkpoint: Id('ckpt'),
})
export type AnsweringModel = Static<typeof AnsweringModel>
