import { Option, type Command } from 'commander'

export interface WorkerRoleFlags extends WorkerFlags {
  /** The one job to work on. */
  job?: string
}

interface WorkerFlags {
  devices?: string
  labels?: string
  pool?: string
  overflow?: string
  address?: string
}

/** Options of `anneal worker` and the variables of the environment that they stand for. */
const VARIABLES = {
  devices: 'ANNEAL_WORKER_DEVICES',
  labels: 'ANNEAL_WORKER_LABELS',
  pool: 'ANNEAL_WORKER_POOL',
  overflow: 'ANNEAL_POOL_OVERFLOW',
  address: 'ANNEAL_WORKER_ADDRESS',
} as const satisfies Record<keyof WorkerFlags, string>

export const addWorkerOptions = (command: Command): Command =>
  command
    .addOption(
      new Option(
        '--devices <devices>',
        `auto, cpu, cpu:2 for the CPU as two devices, gpu, or gpu:0,gpu:2 (${VARIABLES.devices})`,
      ),
    )
    .addOption(new Option('--labels <labels>', `that jobs may ask for, with commas between them (${VARIABLES.labels})`))
    .addOption(new Option('--pool <name>', `the pool that it is of (${VARIABLES.pool})`))
    .addOption(
      new Option(
        '--overflow <pools>',
        `pools that it serves when its own has nothing, in order, with commas between them (${VARIABLES.overflow})`,
      ),
    )
    .addOption(
      new Option(
        '--address <ip>',
        `where other workers reach it, for jobs that several workers run; none: it takes part in none (${VARIABLES.address})`,
      ),
    )

/** The environment with what the flags say instead. */
export const withWorkerFlags = (flags: WorkerFlags, environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv => ({
  ...environment,
  ...Object.fromEntries(
    Object.entries(VARIABLES).flatMap(([flag, name]) => {
      const value = flags[flag as keyof WorkerFlags]
      return value === undefined ? [] : [[name, value]]
    }),
  ),
})
