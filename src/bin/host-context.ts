import { weightsAccess, type Config } from '../config.ts'
import { baseCheckpointId } from '../job-spec/base-model.ts'
import type { HostContext } from '../job-spec/defaults.ts'
import { withRecipe } from '../job-spec/with-recipe.ts'
import { readCheckpoint } from '../train/checkpoint/checkpoint.ts'
import { cachedImagenetModels } from '../train/pretrained/sources.ts'
import { hasGpu } from './worker-devices.ts'

/** What defaults follow from in addition to the data. A GPU counts when its device file is there: no engine is loaded to look. */
export function hostContext(config: Config): HostContext {
  return {
    pretrained: cachedImagenetModels(weightsAccess(config)),
    device: hasGpu() ? 'cuda' : 'cpu',
  }
}

/**
 * What the defaults of a spec follow from on this machine, with the model of the checkpoint file that it starts from.
 * @throws AppError `checkpoint_invalid`
 */
export function hostContextFor(rawSpec: unknown, config: Config): HostContext {
  const path = baseCheckpointId(Object(withRecipe(rawSpec).input) as object)
  return {
    ...hostContext(config),
    ...(path === undefined ? {} : { base: readCheckpoint(path).info.spec.model }),
  }
}
