import Type from 'typebox'
import type { CalibrationComponent } from '../define.ts'

const options = Type.Object({
  prior: Type.Union([Type.Literal('data'), Type.Literal('uniform')], {
    default: 'data',
    description:
      'How common the classes are that the probabilities suppose. data: as common as among the validation images; uniform: all alike. The answers stay those of the logits.',
  }),
})

/**
 * Divides the logits by a temperature and adds a multiple of the log class frequencies of training, both fitted together on validation images:
 * softmax(z/T + b·log π). A loss that allows for the classes' sizes leaves π out of its logits; b puts it back where the data have it.
 * Source: Guo et al. 2017, §4.2, https://arxiv.org/abs/1706.04599 (T); Saerens et al. 2002, https://doi.org/10.1162/089976602753284446 (the prior).
 */
export const temperature: CalibrationComponent<typeof options.properties> = {
  name: 'temperature',
  summary: 'A temperature and a class prior that minimise the log loss of validation images, where that helps.',
  options,
  prior: ({ prior }) => prior,
}
