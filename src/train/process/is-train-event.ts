import { Ajv2020 } from 'ajv/dist/2020.js'
import { TrainEvent } from './events.ts'

/** Whether a line of a trainer process is one of its events. */
export const isTrainEvent = new Ajv2020({ strict: false }).compile<TrainEvent>(
  JSON.parse(JSON.stringify(TrainEvent)) as object,
)
