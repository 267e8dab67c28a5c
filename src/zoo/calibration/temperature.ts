import Type from 'typebox'
import type { CalibrationComponent } from '../define.ts'

const options = Type.Object({
  prior: Type.Union([Type.Literal('data'), Type.Literal('uniform')], {
    default: 'data',
    description:
      'Class prior of the probabilities. data: the frequencies of the validation images; uniform: equally common classes, which is what a job supposes that states no calibration where the test split has them and the training split is uneven. The predicted class stays that of the largest logit.',
  }),
})

/**
 * Divides the logits by a temperature and adds a multiple of the log class frequencies of training, both fitted together on validation images:
 * softmax(z/T + b·log π). A loss that allows for the classes' sizes leaves π out of its logits; b puts it back where the data have it.
 * Source: Guo et al. 2017, §4.2, https://arxiv.org/abs/1706.04599 (T); Saerens et al. 2002, https://doi.org/10.1162/089976602753284446 (the prior).
 */
export const temperature: CalibrationComponent<typeof options.properties> = {
  name: 'temperature',
  summary:
    'Temperature scaling with a class prior, fitted to the log loss of the validation images and kept if it helps.',
  options,
  prior: ({ prior }) => prior,
}
