import type { Suggestion, SuggestionKind, Suggestions } from '../../../evaluation/suggestions.ts'
import { count, html, percent, section, type Markup } from './html.ts'
import { picture, type Thumbnail } from './mistakes.ts'

/** Of images by the numbers of their suggestions. */
export type SuggestionThumbnails = ReadonlyMap<number, Thumbnail>

const MAX_PICTURES = 24

const shownOf = ({ suggestions }: Suggestions, kind: SuggestionKind): Suggestion[] =>
  suggestions.filter((suggestion) => suggestion.kind === kind).slice(0, MAX_PICTURES)

/** The suggestions whose pictures the page shows. */
export const shownSuggestions = (suggestions: Suggestions): Suggestion[] => [
  ...shownOf(suggestions, 'label'),
  ...shownOf(suggestions, 'outlier'),
]

/** Likely label errors and outliers, with pictures. */
export function suggestionsSections(suggestions: Suggestions, thumbnails: SuggestionThumbnails): Markup {
  const labels = kindSection(suggestions, 'label', {
    title: 'Likely label errors',
    what: 'may have a wrong class. Below each: its class, and the one that the model finds.',
    thumbnails,
    note: ({ suggested, suggestedProbability }) =>
      html`<br />rather ${suggested}<br />${percent(suggestedProbability, 1)}`,
  })
  const outliers = kindSection(suggestions, 'outlier', {
    title: 'Outliers',
    what: 'are unlike the training images. Below each: its class, and the distance to the nearest training images.',
    thumbnails,
    note: ({ score }) => html`<br />${score.toFixed(3)}`,
  })
  return html`${labels}${outliers}`
}

interface Shown {
  title: string
  what: string
  thumbnails: SuggestionThumbnails
  note: (suggestion: Suggestion) => Markup
}

/** One kind of suggestions; nothing where there are none. */
function kindSection(suggestions: Suggestions, kind: SuggestionKind, { title, what, thumbnails, note }: Shown): Markup {
  const { covers, found, notes } = suggestions
  if (found[kind] === 0) return html``
  const figures = shownOf(suggestions, kind).map(
    (one) =>
      html`<figure>
        ${picture(thumbnails.get(one.number), one.file)}
        <figcaption><b>${one.label}</b>${note(one)}<br /><span class="faint">${one.split}</span></figcaption>
      </figure> `,
  )
  const judged = count(covers.train + covers.val + covers.test)
  return section(
    title,
    html`<p class="faint">${count(found[kind])} of ${judged} images that the model was not trained on ${what}</p>`,
    ...notes.map((text) => html`<p class="faint">${text}</p>`),
    html`<div class="images">${figures}</div>`,
  )
}
