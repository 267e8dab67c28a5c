import type { Config } from '../config.ts'
import { writtenCheckpoint } from '../spec/base-model.ts'
import type { Surroundings } from '../spec/defaults.ts'
import { withRecipe } from '../spec/resolve.ts'
import { readCheckpoint } from '../train/checkpoint.ts'
import { surroundings } from './wiring.ts'

/**
 * What the defaults of a spec follow from on this machine, with the model of the checkpoint file that it starts from.
 * @throws AppError `checkpoint_invalid`
 */
export function surroundingsOf(written: unknown, config: Config): Surroundings {
  const path = writtenCheckpoint(Object(withRecipe(written).input) as object)
  return {
    ...surroundings(config),
    ...(path === undefined ? {} : { base: readCheckpoint(path).info.spec.model }),
  }
}
