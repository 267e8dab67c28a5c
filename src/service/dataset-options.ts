import Type, { type Static } from 'typebox'

/** The first of each is the default. */
const INGEST_CHOICES = {
  leakage: ['remove', 'refuse'],
  nearDuplicates: ['report', 'remove', 'refuse'],
} as const

const choice = <T extends string>(values: readonly [T, ...T[]], description: string) =>
  Type.Unsafe<T>({ type: 'string', enum: [...values], default: values[0], description })

/** How a data set is read: what is done about images in several splits, and what keeps images together. */
export const IngestSettings = Type.Object({
  leakage: choice(
    INGEST_CHOICES.leakage,
    'Of an image in two splits: remove it from the earlier one of train, val and test, or refuse the data set.',
  ),
  nearDuplicates: choice(
    INGEST_CHOICES.nearDuplicates,
    'Of images in two splits that look almost the same: report them, or as with leakage.',
  ),
  groupBy: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 200,
      description:
        'Images of one group stay in one split: folder for the folders below those of the classes, or the name of a column.',
    }),
  ),
})
export type IngestSettings = Static<typeof IngestSettings>

/**
 * What may be said of a data set when it is created: keys of a JSON body, and text fields of a multipart body. An option that is added here
 * is taken by both, and is in the OpenAPI document.
 */
export const DatasetOptions = Type.Object({
  name: Type.Optional(
    Type.String({ minLength: 1, maxLength: 200, description: 'Without it, the file or the address gives the name.' }),
  ),
  leakage: Type.Optional(IngestSettings.properties.leakage),
  nearDuplicates: Type.Optional(IngestSettings.properties.nearDuplicates),
  groupBy: IngestSettings.properties.groupBy,
})
export type DatasetOptions = Static<typeof DatasetOptions>

/** How a data set with these options is read. */
export const settingsOf = ({ leakage, nearDuplicates, groupBy }: DatasetOptions): IngestSettings => ({
  leakage: leakage ?? INGEST_CHOICES.leakage[0],
  nearDuplicates: nearDuplicates ?? INGEST_CHOICES.nearDuplicates[0],
  ...(groupBy === undefined ? {} : { groupBy }),
})

/** A data set that is made of an upload, or fetched from an address: one of the two. */
export const DatasetRequest = Type.Object(
  {
    ...DatasetOptions.properties,
    upload: Type.Optional(
      Type.String({ maxLength: 64, description: 'Id of a resumable upload that is whole: an archive.' }),
    ),
    import: Type.Optional(
      Type.String({
        maxLength: 2000,
        description:
          'https:// address of an archive, s3://bucket/key of one, or s3://bucket/prefix/ of files; a worker fetches it.',
      }),
    ),
  },
  { additionalProperties: false },
)
export type DatasetRequest = Static<typeof DatasetRequest>
