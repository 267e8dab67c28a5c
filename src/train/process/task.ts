import Type, { type Static } from 'typebox'
import { BaselineRun, RunOrigin } from '../../evaluation/report-parts.ts'
import { TASK_KINDS, type TaskKind } from '../../job-spec/tasks.ts'

/** What a trainer process is given, as one line of JSON on its standard input. */
export const TrainerTask = Type.Object({
  kind: Type.Optional(
    Type.Unsafe<TaskKind>({ type: 'string', enum: [...TASK_KINDS], description: 'What to do; fit without it.' }),
  ),
  options: Type.Optional(Type.Unknown({ description: 'Of a kind other than fit.' })),
  spec: Type.Unknown({ description: 'A resolved spec.' }),
  specHash: Type.String(),
  reasons: Type.Optional(
    Type.Record(Type.String(), Type.String(), {
      description: 'Why a default has its value, by pointer: for the report.',
    }),
  ),
  origin: Type.Optional(RunOrigin),
  baselines: Type.Optional(
    Type.Array(
      Type.Object({
        ...BaselineRun.properties,
        images: Type.String({ description: 'Hash of what it was evaluated on.' }),
      }),
      { description: 'Earlier runs that the report compares with, where they were evaluated on the same images.' },
    ),
  ),
  dataDir: Type.String({ description: 'A packed data set.' }),
  outDir: Type.String(),
  handOver: Type.Optional(
    Type.String({
      description:
        'A folder in which each checkpoint and artifact gets a separate name before it is reported: a later one takes the place of none.',
    }),
  ),
  continues: Type.Optional(
    Type.String({
      description: 'Hash of the spec of the run that it continues, whose checkpoint `last` it resumes from.',
    }),
  ),
  pauseAt: Type.Optional(
    Type.Number({
      exclusiveMinimum: 0,
      maximum: 1,
      description: 'Fraction of the budget at which it ends with `paused`.',
    }),
  ),
  traceEverySteps: Type.Optional(
    Type.Integer({ minimum: 1, description: 'Of so many steps one is reported as a span; absent: none is.' }),
  ),
  parallel: Type.Optional(
    Type.Object(
      {
        devices: Type.Integer({
          minimum: 1,
          description: 'Processes that share every batch: GPUs, or parts of the CPU.',
        }),
        gang: Type.Optional(
          Type.Object(
            {
              here: Type.Integer({ minimum: 1, description: 'How many of them are on this host, the first ones.' }),
              store: Type.String({
                description: 'Where all of them meet; with port 0, at one that the first of them chooses and reports.',
              }),
              address: Type.String({ description: 'Of this host, for the others.' }),
            },
            { description: 'Of processes on several hosts; whoever gives the task starts those on others.' },
          ),
        ),
        synchronisedNorms: Type.Optional(
          Type.Boolean({
            description: 'Whether batch norms take the statistics of the whole batch; absent: of each share.',
          }),
        ),
        compressGradients: Type.Optional(
          Type.Boolean({ description: 'Whether they send one another gradients as bfloat16; absent: as float32.' }),
        ),
        timeoutSeconds: Type.Optional(
          Type.Number({ exclusiveMinimum: 0, description: 'How long one process waits for another.' }),
        ),
      },
      { description: 'Several devices; fit alone takes them.' },
    ),
  ),
  group: Type.Optional(
    Type.Object(
      {
        rank: Type.Integer(),
        worldSize: Type.Integer(),
        store: Type.String(),
        timeoutMs: Type.Number(),
        device: Type.String(),
        address: Type.Optional(Type.String()),
      },
      { description: 'Of a process that is not rank 0: its place in the group.' },
    ),
  ),
  weights: Type.Object(
    {
      cacheDir: Type.String(),
      endpoint: Type.String(),
      hosts: Type.Optional(Type.Array(Type.String(), { description: 'Hosts that addresses may name; absent: any.' })),
      redirectHosts: Type.Optional(
        Type.Array(Type.String(), { description: 'Further hosts that a redirect may name.' }),
      ),
      checkpoints: Type.Optional(
        Type.Record(Type.String(), Type.String(), { description: 'Files of the checkpoints that the spec names.' }),
      ),
    },
    { description: 'Where pretrained weights are kept and come from.' },
  ),
})
export type TrainerTask = Static<typeof TrainerTask>

/** What a trainer process is started with, as its first argument in JSON. */
export interface TrainerSettings {
  engine: 'auto' | 'torch' | 'tensorflow' | 'cpu'
  threads: number
}
