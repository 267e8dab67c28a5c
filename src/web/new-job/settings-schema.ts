import type { JsonSchema } from '../shared/spec-form/form-schema.ts'

/** What a submission may have next to its spec, but tags and notes, as the service has it. */
export const SETTINGS_SCHEMA: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    priority: {
      type: 'integer',
      minimum: -100,
      maximum: 100,
      description: 'Among the jobs of the team; the highest first.',
    },
    deadline: {
      type: 'string',
      description:
        'When training ends, with a report on the weights so far; a job that waits then is given up. Such as 2027-01-31T18:00:00Z.',
    },
    maxRunSeconds: {
      type: 'integer',
      minimum: 1,
      maximum: 31622400,
      description: 'Time on a device over all attempts after which training ends, with a report on the weights so far.',
    },
    maxWaitSeconds: {
      type: 'integer',
      minimum: 1,
      maximum: 31622400,
      description: 'Time in the queue, without what it runs after, after which the job is given up.',
    },
    resources: {
      type: 'object',
      properties: {
        device: {
          type: 'string',
          enum: ['auto', 'cpu', 'gpu'],
          description: 'auto: whatever the worker has.',
        },
        devices: {
          type: 'integer',
          minimum: 1,
          maximum: 64,
          description: 'How many devices, of one worker or of several together.',
        },
        elastic: {
          type: 'boolean',
          description:
            'Whether it may run on fewer devices while no worker has as many, such as after a machine is lost.',
        },
        compressGradients: {
          type: 'boolean',
          description:
            'Whether its devices send one another gradients as bfloat16, which a slow network takes half as long for.',
        },
        memory: {
          type: 'string',
          description: 'Of each device at least: text such as "8GiB". Of a CPU, the memory of its machine.',
        },
        labels: {
          type: 'array',
          items: {
            type: 'string',
            description: 'Letters, digits and . _ = / - between them.',
          },
          description: 'That the worker has, all of them.',
        },
        pool: {
          type: 'string',
          description: 'The pool whose workers run it, and those that take over from it; `default` without.',
        },
      },
      additionalProperties: false,
      description: 'What it needs of a worker; no part of the hash of its spec.',
    },
    after: {
      type: 'array',
      items: {
        type: 'string',
      },
      description:
        'Jobs that have to succeed, or be stopped with their weights kept, and data sets that have to be ready, before it runs.',
    },
  },
}
