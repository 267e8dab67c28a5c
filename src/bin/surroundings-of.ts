import { existsSync } from 'node:fs'
import { weightsAccess, type Config } from '../config.ts'
import { writtenCheckpoint } from '../job-spec/base-model.ts'
import type { Surroundings } from '../job-spec/defaults.ts'
import { withRecipe } from '../job-spec/with-recipe.ts'
import { readCheckpoint } from '../train/checkpoint/checkpoint.ts'
import { imagenetAtHand } from '../train/pretrained/sources.ts'

/** What defaults follow from beside the data. A GPU counts when its device file is there: no engine is loaded to look. */
export function surroundings(config: Config): Surroundings {
  return {
    pretrained: imagenetAtHand(weightsAccess(config)),
    device: existsSync('/dev/nvidia0') ? 'cuda' : 'cpu',
  }
}

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
