import type { components } from '../../../../clients/typescript/src/schema.ts'
import { percent } from '../../format.ts'
import { Badge } from '../../ui/badge.tsx'
import { Checkbox } from '../../ui/field.tsx'
import { Picture } from '../../ui/picture.tsx'
import { SPLIT_NAMES } from '../splits.ts'
import './suggestions.css'

type Suggestion = components['schemas']['JobSuggestion']

interface SuggestionCardProps {
  suggestion: Suggestion
  isChosen: boolean
  /** Absent where nothing can be changed. */
  onChoose: ((isChosen: boolean) => void) | undefined
}

export function SuggestionCard({ suggestion, isChosen, onChoose }: SuggestionCardProps) {
  const { kind, file, split, label, suggested, probability, suggestedProbability, image } = suggestion
  return (
    <article className="suggestion" data-chosen={isChosen || undefined}>
      <Picture src={`${image}?size=256`} alt={`${file}, ${label}`} />
      <div className="row spread">
        <Badge tone={kind === 'label' ? 'warn' : 'second'}>{kind === 'label' ? 'label error' : 'outlier'}</Badge>
        {onChoose !== undefined && (
          <Checkbox label={`Accept ${file}`} hideLabel checked={isChosen} onChange={onChoose} />
        )}
      </div>
      {kind === 'label' ? (
        <p className="break">
          <del>{label}</del> {percent(probability, 0)} → <strong>{suggested}</strong> {percent(suggestedProbability, 0)}
        </p>
      ) : (
        <p className="break">{label}</p>
      )}
      <p className="faint small break">
        {file}, {SPLIT_NAMES[split].toLowerCase()}
      </p>
    </article>
  )
}
