import type { Evaluation } from './model-evaluation.ts'
import type { StoredVersion } from './ports/registry.ts'
import type { CardSection, RegisteredModel } from './registry-resources.ts'

/** Classes in the table of a card. */
const MAX_ROWS = 200
const NOT_SAID = '_The team has said nothing about this._'

/** A number of a spec, shown where it is there. */
interface Spec {
  model?: { name?: string }
  epochs?: number
  batchSize?: number
  optimizer?: { name?: string }
  seed?: number
}

/** The card of a version as Markdown, in the sections of Mitchell et al. 2019 (https://arxiv.org/abs/1810.03993). */
export function modelCard(model: RegisteredModel, version: StoredVersion): string {
  const { lineage } = version
  const evaluation = (version.evaluation ?? undefined) as Evaluation | undefined
  const said = (section: CardSection): string[] => [model.card[section] ?? NOT_SAID]
  const sections: [string, string[]][] = [
    ['Model details', details(model, version)],
    ['Intended use', [...said('intendedUse'), '', '### Out of scope', '', ...said('outOfScope')]],
    ['Factors', said('factors')],
    ['Metrics', metrics(evaluation)],
    ['Evaluation data', evaluationData(evaluation, version)],
    ['Training data', [...trainingData(version), '', ...said('data')]],
    ['Per-class results', perClass(evaluation)],
    ['Calibration', calibration(evaluation)],
    ['Ethical considerations', said('ethics')],
    ['Limitations', [...limitations(evaluation, lineage.dataset.images), '', ...said('limitations')]],
  ]
  const body = sections.flatMap(([title, lines]) => ['', `## ${title}`, '', ...lines])
  return `${[`# Model card: ${plain(model.name)}, version ${version.version}`, ...body].join('\n')}\n`
}

function details(model: RegisteredModel, version: StoredVersion): string[] {
  const { lineage, aliases, registeredBy, description, createdAt } = version
  const { job, checkpoint, code, specHash } = lineage
  const spec = lineage.spec as Spec
  return [
    ...(model.description === '' ? [] : [model.description, '']),
    ...(description === '' ? [] : [description, '']),
    ...list({
      Architecture: spec.model?.name,
      Aliases: aliases.join(', ') || undefined,
      Registered: `${createdAt} by ${registeredBy.name}`,
      Trained: `job ${job.id} (${job.name}), ${job.createdAt} to ${job.endedAt ?? 'not ended'}`,
      Checkpoint: `${checkpoint.id}: ${checkpoint.kind} at step ${checkpoint.step}, SHA-256 ${checkpoint.sha256}`,
      'Starts from, or learns from': checkpoint.parents.join(', ') || undefined,
      Spec: `hash ${specHash}`,
      Epochs: spec.epochs,
      'Batch size': spec.batchSize,
      Optimizer: spec.optimizer?.name,
      Seed: spec.seed,
      Code: code.version === null ? undefined : `Anneal ${code.version}`,
      Engine: code.engine === null ? undefined : `${code.engine} on ${code.device ?? 'an unknown device'}`,
    }),
  ]
}

function metrics(evaluation: Evaluation | undefined): string[] {
  if (evaluation === undefined) return ['_There is no report of this checkpoint._']
  const { intervals, accuracy, top5, balancedAccuracy, macroF1, nll, openSet } = evaluation
  const rows: (string | undefined)[][] = [
    ['Accuracy', percent(accuracy), range(intervals?.accuracy)],
    ['Top-5 accuracy', percent(top5), range(intervals?.top5)],
    ['Balanced accuracy', percent(balancedAccuracy), range(intervals?.balancedAccuracy)],
    ['Macro F1', percent(macroF1), range(intervals?.macroF1)],
    ['Negative log-likelihood', nll?.toFixed(4), intervals?.nll.map((end) => end.toFixed(4)).join(' to ')],
    ...(openSet === undefined
      ? []
      : [['Accuracy with images of no known class rejected', percent(openSet.accuracy), '']]),
  ].filter(([, value]) => value !== undefined)
  const level = intervals === undefined ? 'Interval' : `${100 * intervals.level} % interval`
  return table(['Metric', 'Value', level], rows)
}

const evaluationData = (evaluation: Evaluation | undefined, { lineage }: StoredVersion): string[] =>
  evaluation?.split === undefined
    ? ['_There is no report of this checkpoint._']
    : [
        `${evaluation.images ?? 0} images of the split \`${evaluation.split}\` of the data set below (${lineage.dataset.id}).`,
      ]

function trainingData({ lineage: { dataset } }: StoredVersion): string[] {
  const { images } = dataset
  return list({
    'Data set': `${dataset.id}, version ${dataset.version}${dataset.name === null ? '' : ` (${dataset.name})`}`,
    Fingerprint: dataset.fingerprint ?? undefined,
    Classes: dataset.classes,
    Images: images === null ? undefined : `${images.train} training, ${images.val} validation, ${images.test} test`,
  })
}

function perClass(evaluation: Evaluation | undefined): string[] {
  if (evaluation === undefined || evaluation.classes.length === 0) return ['_There are no results by class._']
  const { classes, classCount } = evaluation
  const rows = classes
    .slice(0, MAX_ROWS)
    .map(({ name, images, trainImages, precision, recall, f1 }) => [
      name,
      String(trainImages),
      String(images),
      ...[precision, recall, f1].map((value) => percent(value) ?? ''),
    ])
  const more = classCount - rows.length
  return [
    ...table(['Class', 'Training images', 'Evaluated images', 'Precision', 'Recall', 'F1'], rows),
    ...(more > 0 ? ['', `And ${more} more classes, which the report of the job has.`] : []),
  ]
}

function calibration(evaluation: Evaluation | undefined): string[] {
  if (evaluation?.ece === undefined) return ['_There is no report of this checkpoint._']
  const { ece, eceUncalibrated, temperature, calibration: chosen, calibrationNote } = evaluation
  return [
    ...list({
      Method: chosen?.applied ?? 'temperature',
      Temperature: temperature?.toFixed(4),
      'Expected calibration error': `${percent(ece)}, ${percent(eceUncalibrated) ?? '–'} before calibration`,
    }),
    ...(calibrationNote === undefined ? [] : ['', plain(calibrationNote)]),
  ]
}

/** What the numbers themselves say against relying on the model. */
function limitations(evaluation: Evaluation | undefined, images: { test: number } | null): string[] {
  const { split, classes = [], shots } = evaluation ?? {}
  const unseen = classes.filter(({ recall }) => recall === null).length
  const weakest = classes.filter(({ recall }) => recall !== null && recall < 0.5).map(({ name }) => name)
  return [
    ...(evaluation === undefined ? ['- How good this checkpoint is was not measured.'] : []),
    ...(split === 'val'
      ? ['- It was evaluated on images that also chose the checkpoint; there is no test split.']
      : []),
    ...(images !== null && images.test > 0 && images.test < 1000
      ? [`- It was tested on ${images.test} images only; see the intervals.`]
      : []),
    ...(unseen > 0 ? [`- ${unseen} classes have no image in the evaluated split.`] : []),
    ...(shots !== undefined && shots.few.classes > 0
      ? [`- ${shots.few.classes} classes have under 20 training images.`]
      : []),
    ...(weakest.length > 0
      ? [
          `- Recall under 50 %: ${weakest.slice(0, 20).map(plain).join(', ')}${weakest.length > 20 ? ' and others' : ''}.`,
        ]
      : []),
    '- It knows the classes above and no others, and images like those it was trained on.',
  ]
}

const list = (facts: Readonly<Record<string, string | number | undefined>>): string[] =>
  Object.entries(facts).flatMap(([name, value]) =>
    value === undefined ? [] : [`- **${name}**: ${plain(String(value))}`],
  )

const table = (head: readonly string[], rows: readonly (readonly (string | undefined)[])[]): string[] =>
  [head, head.map(() => '---'), ...rows].map(
    (cells, i) => `| ${cells.map((cell = '') => (i === 1 ? cell : plain(cell))).join(' | ')} |`,
  )

/** Text of a spec, or a class name, without what Markdown or HTML would read into it. */
const plain = (text: string): string => text.replaceAll(/[\\`*_[\]<>|]/g, (mark) => `\\${mark}`).replaceAll(/\s+/g, ' ')

const percent = (value: number | null | undefined): string | undefined =>
  value === undefined || value === null ? undefined : `${(100 * value).toFixed(2)} %`
const range = (interval: readonly number[] | undefined): string =>
  interval?.map((end) => percent(end)).join(' to ') ?? ''
