import { JobSpec } from './schema.ts'

/** The schema of job specs as it is given out: with its draft, an id, and the field by which editors find the schema of a file. */
export const PUBLISHED_SPEC_SCHEMA = {
  ...JobSpec,
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  $id: 'urn:anneal:job-spec',
  properties: {
    $schema: { type: 'string', description: 'Where an editor finds this schema; it has no effect.' },
    ...JobSpec.properties,
  },
}
