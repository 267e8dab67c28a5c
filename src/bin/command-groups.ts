import { CLIENT, type CommandGroup, type Listed } from './command-group.ts'

const LOCAL = 'On this machine, with no service:'
const CHECKPOINTS = 'Checkpoints, on this machine:'
const SERVICE = 'Run a service:'
const SHELL = 'Your shell:'

const listed = (commands: Readonly<Record<string, string>>): Listed[] =>
  Object.entries(commands).map(([usage, summary]) => ({ usage, summary }))

/**
 * The commands by the files that hold them. A command loads its own group alone, and the list of commands loads none, so that both start
 * in a fraction of a second.
 */
export const commandGroups: readonly CommandGroup[] = [
  {
    heading: LOCAL,
    commands: listed({ 'train <spec>': 'train a spec on a data set' }),
    load: async () => (await import('./commands/train.ts')).addTrainCommand,
  },
  {
    heading: LOCAL,
    commands: listed({ 'lr-range-test <spec>': 'suggest a learning rate by raising it while training' }),
    load: async () => (await import('./commands/range-test.ts')).addRangeTestCommand,
  },
  {
    heading: LOCAL,
    commands: listed({
      dataset: 'inspect a data set: counts, imbalance, bad files, duplicates',
      spec: 'schema, recipes, defaults and plots of job specs',
    }),
    load: async () => (await import('./commands/local.ts')).addLocalCommands,
  },
  {
    heading: LOCAL,
    commands: listed({ augment: 'draw what a spec’s augmentations do to images' }),
    load: async () => (await import('./commands/augment.ts')).addAugmentCommands,
  },
  {
    heading: LOCAL,
    commands: listed({ 'models [name]': 'list the architectures, or the layers of one' }),
    load: async () => (await import('./commands/models.ts')).addModelsCommand,
  },
  {
    heading: CHECKPOINTS,
    commands: listed({
      'evaluate <checkpoint>': 'report on a data set',
      'predict <checkpoint> <image...>': 'calibrated probabilities of images',
      'gradcam <checkpoint> <image>': 'draw which regions of an image support a class',
      'export <checkpoint>': 'export a checkpoint for inference: tfjs, ONNX or safetensors',
      'import <weights>': 'make a checkpoint from torchvision, timm or Keras weights',
    }),
    load: async () => (await import('./commands/model.ts')).addModelCommands,
  },
  {
    heading: CLIENT,
    commands: listed({
      'login [url]': 'save a service and an API key as a profile',
      logout: 'forget a profile',
      whoami: 'which service is called, as which team',
      profiles: 'list the saved profiles, or take another one',
    }),
    load: async () => (await import('./commands/login.ts')).addLoginCommands,
  },
  {
    heading: CLIENT,
    commands: listed({ datasets: 'data sets: list, show, upload, rename, versions, items, report, export, delete' }),
    load: async () => (await import('./commands/datasets.ts')).addDatasetsCommands,
  },
  {
    heading: CLIENT,
    commands: listed({ jobs: 'jobs: list, show, submit, follow, steer, fork, compare, download, delete' }),
    load: async () => (await import('./commands/jobs.ts')).addJobsCommands,
  },
  {
    heading: CLIENT,
    commands: listed({
      'upload <data>': 'upload a data set, an archive or a folder',
      'submit <spec>': 'submit a job',
      'follow <job>': 'follow a job to its end',
      runs: 'list jobs',
      'pause <job...>': 'stop jobs at a checkpoint, where they wait',
      'resume <job...>': 'queue paused jobs again, from their last checkpoint',
      'stop <job...>': 'end training early; calibrate, report and keep the weights so far',
      'cancel <job...>': 'end jobs without a report; their checkpoints are kept',
      'retry <job...>': 'queue failed, canceled or stopped jobs again',
    }),
    load: async () => (await import('./commands/client.ts')).addClientCommands,
  },
  {
    heading: CLIENT,
    commands: listed({
      'fork <job>': 'make a job of another and one of its checkpoints, or continue it for longer',
      'diff <job>': 'how the spec of a job differs from that of another',
      'tag <job...>': 'add tags to jobs, or remove some',
    }),
    load: async () => (await import('./commands/fork.ts')).addForkCommands,
  },
  {
    heading: CLIENT,
    commands: listed({ 'logs <id>': 'what the processes of a job, an ingest or a batch of predictions printed' }),
    load: async () => (await import('./commands/logs.ts')).addLogsCommand,
  },
  {
    heading: CLIENT,
    commands: listed({ 'metrics <job>': 'what a job measured, as a table, CSV or JSON' }),
    load: async () => (await import('./commands/metrics.ts')).addMetricsCommand,
  },
  {
    heading: CLIENT,
    commands: listed({ checkpoints: 'checkpoints of jobs: list, download' }),
    load: async () => (await import('./commands/checkpoints.ts')).addCheckpointsCommand,
  },
  {
    heading: CLIENT,
    commands: listed({ 'open [id]': 'open the page of a job, a data set, a sweep or a model' }),
    load: async () => (await import('./commands/open.ts')).addOpenCommand,
  },
  {
    heading: CLIENT,
    commands: listed({ 'delete <ids...>': 'delete jobs, sweeps, checkpoints and data sets' }),
    load: async () => (await import('./commands/delete.ts')).addDeleteCommand,
  },
  {
    heading: CLIENT,
    commands: listed({
      trash: 'list what was deleted and can be restored',
      'restore <ids...>': 'take things out of the trash',
    }),
    load: async () => (await import('./commands/trash.ts')).addTrashCommands,
  },
  {
    heading: CLIENT,
    commands: listed({ storage: 'what the team stores, the biggest first' }),
    load: async () => (await import('./commands/storage.ts')).addStorageCommand,
  },
  {
    heading: CLIENT,
    commands: listed({ sweep: 'many jobs over the values of a spec’s fields' }),
    load: async () => (await import('./commands/sweep.ts')).addSweepCommands,
  },
  {
    heading: CLIENT,
    commands: listed({
      'compare <a> <b>': 'which of two runs is better, by a paired test; jobs or folders of runs',
      'report <job>': 'the report of a job',
      'artifacts <job> [kind]': 'files that a job left next to its checkpoints',
    }),
    load: async () => (await import('./commands/evaluation.ts')).addEvaluationCommands,
  },
  {
    heading: CLIENT,
    commands: listed({ policy: 'augmentation policies: search on your own data, save by name' }),
    load: async () => (await import('./commands/policy.ts')).addPolicyCommands,
  },
  {
    heading: CLIENT,
    commands: listed({ registry: 'models by name: register, promote, model cards' }),
    load: async () => (await import('./commands/registry.ts')).addRegistryCommands,
  },
  {
    heading: CLIENT,
    commands: listed({ teams: 'the team of the key: members, keys, quota, usage' }),
    load: async () => (await import('./commands/teams.ts')).addTeamsCommands,
  },
  {
    heading: SERVICE,
    commands: listed({
      serve: 'everything on this machine: database, queue, API, web page, one worker',
      api: 'the HTTP API and the web page alone',
      worker: 'one worker alone, for the devices of a machine',
      migrate: 'apply database migrations',
    }),
    load: async () => (await import('./commands/roles.ts')).addRoleCommands,
  },
  {
    heading: SERVICE,
    commands: listed({ team: 'teams of a deployment, for its operators' }),
    load: async () => (await import('./commands/team.ts')).addTeamCommand,
  },
  {
    heading: SERVICE,
    commands: listed({ workers: 'workers of a deployment: list, cordon, drain' }),
    load: async () => (await import('./commands/workers.ts')).addWorkersCommand,
  },
  {
    heading: SERVICE,
    commands: listed({ gc: 'remove orphaned blobs and rows' }),
    load: async () => (await import('./commands/gc.ts')).addGcCommand,
  },
  {
    heading: SERVICE,
    commands: listed({ backup: 'back up and restore an installation' }),
    load: async () => (await import('./commands/backup.ts')).addBackupCommand,
  },
  {
    heading: SERVICE,
    commands: listed({ 'isolation-check': 'try every route and table as another team' }),
    load: async () => (await import('./commands/isolation.ts')).addIsolationCommand,
  },
  {
    heading: SERVICE,
    commands: listed({ 'quota <team>': 'limits of a team, and its weight in the fair share' }),
    load: async () => (await import('./commands/quota.ts')).addQuotaCommand,
  },
  {
    heading: SERVICE,
    commands: listed({ doctor: 'check engine, device, threads and services' }),
    load: async () => (await import('./commands/doctor.ts')).addDoctorCommand,
  },
  {
    heading: SHELL,
    commands: listed({ 'completion <shell>': 'print a script that completes commands, for bash, zsh or fish' }),
    load: async () => (await import('./commands/completion.ts')).completionCommand(commandGroups),
  },
]

/** A listed command's name without its arguments. */
export const nameOf = ({ usage }: Listed): string => usage.split(' ', 1)[0] ?? ''
