import { Option, type Command } from 'commander'
import type { ImportFlags } from '../import-checkpoint.ts'
import type { EvaluateFlags, ExplainFlags, ExportFlags, PredictFlags } from '../model-actions.ts'
import { FORCE } from '../target.ts'

const actions = () => import('../model-actions.ts')

const ADJUST_LOGITS = [
  '--adjust-logits <tau>',
  'post-hoc logit adjustment: adds −τ·log π to the logits, π being the class frequencies in training; 1 for equally common classes',
  '0',
] as const
const TEST_TIME = [
  '--tta [views]',
  'test-time augmentation: averages over the views the checkpoint was evaluated with, or a name or JSON object (horizontal-flip, multi-crop, augmented)',
] as const

/** `evaluate`, `predict`, `gradcam`, `export` and `import`: what a checkpoint is good for. One function: a list of commands. */
export function addModelCommands(program: Command): void {
  program
    .command('import <weights>')
    .description('Make a checkpoint from weights of torchvision, timm or Keras/tfjs, head included.')
    .requiredOption('--model <name>', 'the architecture, or a JSON object with its options')
    .option('--classes <file>', 'class names, one per line, in the order of the outputs')
    .requiredOption('--out <checkpoint>', 'the file to write')
    .option(...FORCE)
    .action(async (weights: string, flags: ImportFlags) =>
      (await import('../import-checkpoint.ts')).importCheckpoint(weights, flags),
    )
  program
    .command('gradcam <checkpoint> <image>')
    .description('Draw which regions of an image support a class (Grad-CAM), as PNG.')
    .requiredOption('--out <png>', 'the file to write')
    .option(...FORCE)
    .option('--class <name>', 'the class; default: the most probable')
    .action(async (checkpoint: string, file: string, flags: ExplainFlags) =>
      (await actions()).explain(checkpoint, file, flags),
    )
  program
    .command('export <checkpoint>')
    .description('Export a checkpoint for inference, with labels, preprocessing and temperature in metadata.json.')
    .addOption(
      new Option('--format <format>', 'tfjs layers-model, ONNX, or safetensors with torchvision’s names')
        .choices(['tfjs', 'onnx', 'safetensors'])
        .makeOptionMandatory(),
    )
    .addOption(
      new Option('--precision <precision>', 'of the weights; uint8 takes a quarter of the bytes')
        .choices(['float32', 'float16', 'uint8'])
        .default('float32'),
    )
    .requiredOption('--out <folder>', 'a folder that does not exist yet')
    .option('--data <path>', 'a data set on which to measure what the precision costs')
    .option('--json', 'as JSON')
    .action(async (checkpoint: string, flags: ExportFlags) => (await actions()).exportCheckpoint(checkpoint, flags))
  program
    .command('evaluate <checkpoint>')
    .description(
      'Report on a data set: its test split, else validation, else all of it. A checkpoint is a file or the folder of a run.',
    )
    .requiredOption('--data <path>', 'a folder, .zip or .tar with the classes of the checkpoint')
    .option('--json', 'the whole report as JSON')
    .option('--html <file>', 'also write the report as one HTML file')
    .option(...FORCE)
    .option(...ADJUST_LOGITS)
    .option(...TEST_TIME)
    .option('--corruptions <names>', 'measure the error under corruptions too: all, or comma-separated names')
    .option('--severities <list>', 'comma-separated severities of the corruptions, 1 to 5; default: all five')
    .action(async (checkpoint: string, flags: EvaluateFlags) => (await actions()).evaluate(checkpoint, flags))
  program
    .command('predict <checkpoint> <image...>')
    .description(
      'Print calibrated probabilities of images. A checkpoint is a file or the folder of a run; images are files or folders.',
    )
    .option('--json', 'as JSON')
    .option('--top <n>', 'number of classes to show per image', '5')
    .option('--logits', 'the logits too')
    .option(...ADJUST_LOGITS)
    .option(...TEST_TIME)
    .option('--as-is', 'images already have the input size: no resize or crop')
    .action(async (checkpoint: string, files: string[], flags: PredictFlags) =>
      (await actions()).predict(checkpoint, files, flags),
    )
}
