import { transferOf } from '../zoo/models/transfer.ts'
import { budgetOf } from './budget.ts'
import { imageOf } from './image.ts'
import { parseSpec } from './parse.ts'
import { withSavedPolicies } from './policies.ts'
import { requireMicroBatches, requireSize } from './requirements.ts'
import { sharesOf } from './resolve-stages.ts'
import { takeWholeStem } from './starting-model.ts'
import { isRecord } from './unnamed.ts'
import { requireViews } from './views.ts'
import { withRecipe } from './with-recipe.ts'

/**
 * Checks of a spec what needs no data set, so that a mistake shows before one is read.
 * @throws AppError `invalid_spec` or `image_size_unsupported`, with pointers
 */
export function checkSpec(rawSpec: unknown): void {
  const input = withRecipe(rawSpec).input
  const { model: rawModel, loss: rawLoss, ...others } = Object(input) as Record<string, unknown>
  // Which model and loss are the default follows from the data.
  const known = {
    ...others,
    ...(rawModel === undefined || (isRecord(rawModel) && !('name' in rawModel)) ? {} : { model: rawModel }),
    ...(rawLoss === undefined || (isRecord(rawLoss) && !('name' in rawLoss)) ? {} : { loss: rawLoss }),
  }
  const given = parseSpec(withSavedPolicies(isRecord(input) ? known : input).input)
  const { model, image, optimizer, batchSize, budget, stages, loss, augment } = given
  if (budget !== undefined) budgetOf(budget)
  imageOf(image)
  if (model !== undefined) {
    const { pretrained } = transferOf(model)
    if (pretrained !== 'none') takeWholeStem({ ...model }, pretrained, {})
    if (image?.size !== undefined) requireSize(model, image.size)
  }
  if (optimizer !== undefined && batchSize !== undefined) requireMicroBatches(optimizer, batchSize)
  if (stages !== undefined) sharesOf(stages)
  if (loss !== undefined && augment !== undefined) requireViews({ loss, augment })
}
