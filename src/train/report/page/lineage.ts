import type { Report } from '../../../evaluation/report.ts'
import type { ResolvedSpec } from '../../../job-spec/schema.ts'
import { count, html, section, table, type Markup } from './html.ts'

const LICENCE_UNKNOWN = 'its licence is not said'

type Facts = readonly (readonly [name: string, value: string | Markup | undefined])[]

const facts = (rows: Facts): Markup =>
  html`<dl>
    ${rows.flatMap(([name, value]) =>
      value === undefined
        ? []
        : [
            html`<div>
              <dt>${name}</dt>
              <dd>${value}</dd>
            </div> `,
          ],
    )}
  </dl>`

/** Seconds as people say them. */
export const duration = (seconds: number): string =>
  seconds < 120
    ? `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`
    : seconds < 7200
      ? `${(seconds / 60).toFixed(1)} min`
      : `${(seconds / 3600).toFixed(1)} h`

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(bytes < 1e7 ? 2 : 0)} MB`
const rate = (value: number): string => `${count(Number(value.toPrecision(3)))} images/s`

/** What training took, and what the model takes. */
export function costSection({ cost, images, split }: Report): Markup | null {
  if (cost === undefined) return null
  const { seconds, imagesPerSecond, evaluationImagesPerSecond, latency, parameters, checkpointBytes, device, threads } =
    cost
  return section(
    'Cost',
    facts([
      ['Training', seconds > 0 ? duration(seconds) : undefined],
      ['Training speed', imagesPerSecond === undefined ? undefined : `${rate(imagesPerSecond)} (median)`],
      [
        'Evaluation speed',
        evaluationImagesPerSecond === undefined
          ? undefined
          : `${rate(evaluationImagesPerSecond)}, loading included, over ${count(images)} ${split} images`,
      ],
      [
        'Latency',
        latency === undefined
          ? undefined
          : `${latency.medianMs.toFixed(2)} ms for one image (median of ${latency.runs}; 90 % within ${latency.p90Ms.toFixed(2)} ms), from pixels to logits`,
      ],
      ['Parameters', parameters === undefined ? undefined : count(parameters)],
      ['Checkpoint', checkpointBytes === undefined ? undefined : megabytes(checkpointBytes)],
      [
        'Device',
        device === undefined
          ? undefined
          : `${device}${threads === undefined ? '' : `, ${threads} ${threads === 1 ? 'thread' : 'threads'}`}`,
      ],
    ]),
  )
}

/** Where the model comes from. One function: one section, from top to bottom. */
export function lineageSection({ provenance, data, weights, split }: Report, spec: ResolvedSpec): Markup {
  const {
    job,
    dataset,
    pretrained,
    parents,
    createdAt,
    version,
    node,
    platform,
    cpu,
    engine,
    device,
    threads,
    precision,
    specHash,
  } = provenance ?? {}
  const named =
    dataset === undefined
      ? ''
      : `${dataset.name}${dataset.version === undefined ? '' : `, version ${dataset.version}`}${dataset.id === undefined ? '' : ` (${dataset.id})`}; `
  return section(
    'Lineage',
    facts([
      [
        'Date',
        createdAt === undefined
          ? undefined
          : html`<time datetime="${createdAt}">${createdAt.slice(0, 16).replace('T', ' ')} UTC</time>`,
      ],
      ['Job', job === undefined ? undefined : jobOf(job)],
      ['Data set', html`${named}hash <code>${data.dataset}</code>`],
      ['Evaluated', html`the ${split} split, images <code>${data.images}</code>`],
      ['Weights', `checkpoint “${weights}”`],
      [
        'Starts from',
        pretrained === undefined
          ? undefined
          : html`${pretrained.name}, SHA-256 <code>${pretrained.sha256}</code>;
              ${pretrained.licence === undefined ? LICENCE_UNKNOWN : `licence ${pretrained.licence}`}`,
      ],
      ['Checkpoints it starts from, or learns from', parents?.join(', ')],
      ['Random seed', String(spec.seed)],
      ['Spec', specHash === undefined ? undefined : html`hash <code>${specHash}</code>`],
      ['Engine', engine === undefined ? undefined : `${engine}${precision === undefined ? '' : `, ${precision}`}`],
      [
        'Machine',
        platform === undefined
          ? undefined
          : [
              cpu,
              device,
              threads === undefined ? undefined : `${threads} ${threads === 1 ? 'thread' : 'threads'}`,
              platform,
            ]
              .filter((part, i, all) => part !== undefined && all.indexOf(part) === i)
              .join(', '),
      ],
      ['Software', version === undefined ? undefined : `Anneal ${version}, Node ${node ?? ''}`],
    ]),
  )
}

function jobOf({ id, name, url, attempt }: NonNullable<NonNullable<Report['provenance']>['job']>): Markup {
  const shown =
    url === undefined ? html`<code>${id}</code>` : html`<a href="${url}" target="_blank" rel="noreferrer">${id}</a>`
  return html`${name === '' ? '' : `${name}, `}${shown}${attempt === undefined || attempt === 1 ? '' : `, attempt ${attempt}`}`
}

/** Images that are in two splits. */
export function duplicatesSection({ duplicates, split, accuracy }: Report): Markup | null {
  if (duplicates === undefined) return null
  const { equal, near, nearTraining, accuracyWithout, interval, examples } = duplicates
  const percent = (share: number): string => `${(100 * share).toFixed(2)} %`
  const left =
    equal === 0
      ? 'No image was in two splits.'
      : `${count(equal)} images were in two splits, and stayed in the later one alone.`
  const nearly =
    near === 0
      ? 'No two splits have nearly equal images, by a perceptual hash.'
      : `${count(near)} images have a nearly equal one in a later split, by a perceptual hash; ${count(nearTraining)} of the ${split} images have one in training.`
  const without =
    accuracyWithout === null
      ? ''
      : ` Without these the accuracy is ${percent(accuracyWithout)} (${(interval ?? []).map((end) => percent(end)).join(' to ')}), with them ${percent(accuracy)}.`
  return section(
    'Duplicates between splits',
    html`<p>${left} ${nearly}${without}</p>`,
    examples.length === 0
      ? null
      : table({
          caption: 'Nearly equal images',
          columns: [{ title: split }, { title: 'training', kind: 'text' }],
          rows: examples.map(({ file, other }) => [{ text: file }, { text: other }]),
        }),
  )
}
