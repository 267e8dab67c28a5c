import Type, { type Static } from 'typebox'

/**
 * What may be said of a data set when it is created: keys of a JSON body, and text fields of a multipart body. An option that is added here
 * is taken by both, and is in the OpenAPI document.
 */
export const DatasetOptions = Type.Object({
  name: Type.Optional(
    Type.String({ minLength: 1, maxLength: 200, description: 'Without it, the file or the address gives the name.' }),
  ),
})
export type DatasetOptions = Static<typeof DatasetOptions>

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
