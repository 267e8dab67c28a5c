import type { Report } from '../../../evaluation/report.ts'
import { html, percent, section, type Markup } from './html.ts'

/** A picture that the page holds within itself. */
export interface Thumbnail {
  /** A data URI. */
  uri: string
  /** Drawn larger than it is, so that its pixels should stay sharp. */
  small: boolean
}

/** Of images by their place in the split. */
export type Thumbnails = ReadonlyMap<number, Thumbnail>

/** The images whose pictures the page shows. */
export const shownImages = ({ worst, confused }: Report): number[] => [
  ...new Set([...worst, ...confused.flatMap(({ examples }) => examples)].map(({ index }) => index)),
]

/** The most confident mistakes, and the pairs of classes that are mistaken most, with pictures. */
export function mistakesSections({ worst, confused, images, accuracy }: Report, thumbnails: Thumbnails): Markup {
  if (worst.length === 0) return section('Mistakes', html`<p>None: every image was recognised.</p>`)
  const figures = worst.map(
    ({ index, file, label, predicted, confidence }) =>
      html`<figure>
        ${picture(thumbnails.get(index), file)}
        <figcaption>
          <b>${label}</b><br />taken for ${predicted}<br /><span class="faint">${percent(confidence, 1)}</span>
        </figcaption>
      </figure> `,
  )
  const wrong = images - Math.round(images * accuracy)
  const pairs = confused.map(
    (pair) =>
      html`<div class="pair">
        <div>
          <b>${pair.label}</b> taken for <b>${pair.predicted}</b><br />
          <span class="faint">${pair.images} images, ${percent(pair.images / wrong, 1)} of the mistakes</span>
        </div>
        <div class="strip">${pair.examples.map(({ index, file }) => picture(thumbnails.get(index), file))}</div>
      </div> `,
  )
  return html`${section('Surest mistakes', html`<div class="images">${figures}</div>`)}${section('Most confused classes', html`<div>${pairs}</div>`)}`
}

/** A picture, or the file's name where there is none. */
export const picture = (thumbnail: Thumbnail | undefined, file: string): Markup =>
  thumbnail === undefined
    ? html`<code>${file}</code>`
    : html`<img src="${thumbnail.uri}" alt="${file}" title="${file}" class="${thumbnail.small ? 'small' : ''}" />`
