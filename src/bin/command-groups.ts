import type { Command } from 'commander'

export interface CommandGroup {
  /** What it adds to the program. */
  names: readonly string[]
  load(): Promise<(program: Command) => void>
}

/** The commands by the files that hold them: a command loads its own group alone, so that it starts in a fraction of a second. */
export const commandGroups: readonly CommandGroup[] = [
  { names: ['train'], load: async () => (await import('./commands/train.ts')).addTrainCommand },
  {
    names: ['lr-range-test', 'dataset', 'spec'],
    load: async () => (await import('./commands/local.ts')).addLocalCommands,
  },
  { names: ['augment'], load: async () => (await import('./commands/augment.ts')).addAugmentCommands },
  { names: ['models'], load: async () => (await import('./commands/models.ts')).addModelsCommand },
  {
    names: ['import', 'gradcam', 'export', 'evaluate', 'predict'],
    load: async () => (await import('./commands/model.ts')).addModelCommands,
  },
  { names: ['policy'], load: async () => (await import('./commands/policy.ts')).addPolicyCommands },
  {
    names: ['upload', 'submit', 'follow', 'runs', 'pause', 'resume', 'stop', 'cancel', 'retry'],
    load: async () => (await import('./commands/client.ts')).addClientCommands,
  },
  { names: ['delete'], load: async () => (await import('./commands/delete.ts')).addDeleteCommand },
  { names: ['sweep'], load: async () => (await import('./commands/sweep.ts')).addSweepCommands },
  {
    names: ['compare', 'report', 'artifacts'],
    load: async () => (await import('./commands/evaluation.ts')).addEvaluationCommands,
  },
  {
    names: ['serve', 'api', 'worker', 'migrate'],
    load: async () => (await import('./commands/roles.ts')).addRoleCommands,
  },
  { names: ['doctor'], load: async () => (await import('./commands/doctor.ts')).addDoctorCommand },
  { names: ['team'], load: async () => (await import('./commands/team.ts')).addTeamCommand },
]
