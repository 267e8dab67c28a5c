import { toFieldPathId, type FieldPathList, type RJSFSchema } from '@rjsf/utils'
import { ArrowDown, ArrowUp, X } from 'lucide-react'
import { useRef, useState } from 'react'
import { Button, IconButton } from '../../ui/button.tsx'
import { SelectField } from '../../ui/field.tsx'
import { startOf } from './chosen.ts'
import { below, known, type SpecFieldProps } from './form-context.ts'
import { alternativesOf } from './form-schema.ts'
import { about, Setting } from './setting.tsx'
import { shortText, withValue, words } from './value-paths.ts'

type ItemsProps = SpecFieldProps & { items: RJSFSchema }

/** Pieces in an order: added by name, moved up and down, taken away, each with its options. */
export function ItemsField({ items, ...props }: ItemsProps) {
  const { schema, name, formData, onChange } = props
  const { path, fallback, reason, error } = known(props)
  const alternatives = alternativesOf(items)
  const label = words(name)
  const isGiven = Array.isArray(formData)
  const pieces: readonly unknown[] = isGiven ? (formData as unknown[]) : []
  const defaults: readonly unknown[] = Array.isArray(fallback) ? (fallback as unknown[]) : []
  const set = (next: readonly unknown[] | undefined): void => onChange(next, path)
  const add = (id: string): void => {
    const alternative = alternatives.find((each) => each.id === id)
    if (alternative !== undefined) set([...pieces, startOf(alternative)])
  }
  const onItem = (value: unknown, at: FieldPathList): void =>
    set(withValue(pieces, below(at, path), value) as readonly unknown[])
  return (
    <Setting label={label} isGiven={isGiven} onReset={() => set(undefined)}>
      <fieldset className="items">
        <legend className="field-label">{label}</legend>
        <p className="field-description">{about(schema.description, isGiven ? undefined : reason)}</p>
        {!isGiven && defaults.length > 0 && (
          <div className="row">
            <span>Default: {defaults.map(shortText).join(', ')}</span>
            <Button size="small" onClick={() => set(defaults)}>
              Change the default
            </Button>
          </div>
        )}
        <Pieces {...props} items={items} pieces={pieces} onItem={onItem} onOrder={set} />
        {error !== undefined && <p className="field-error">{error}</p>}
        {alternatives.length === 0 ? (
          <div className="row">
            <Button size="small" onClick={() => set([...pieces, {}])}>
              Add to {label.toLowerCase()}
            </Button>
          </div>
        ) : (
          <SelectField
            label={`Add to ${label.toLowerCase()}`}
            value=""
            onChange={add}
            options={[
              { value: '', label: 'Choose…' },
              ...alternatives.map(({ id, description }) => ({ value: id, label: `${id}: ${description}` })),
            ]}
          />
        )}
      </fieldset>
    </Setting>
  )
}

interface PiecesProps extends ItemsProps {
  pieces: readonly unknown[]
  onItem: (value: unknown, path: FieldPathList) => void
  onOrder: (pieces: readonly unknown[]) => void
}

/** One function: what can be done with a list, over one state. */
function Pieces({ pieces, items, onItem, onOrder, ...props }: PiecesProps) {
  const { registry, fieldPathId, name, uiSchema } = props
  const list = useRef<HTMLOListElement>(null)
  const [said, setSaid] = useState('')
  const { SchemaField } = registry.fields
  if (SchemaField === undefined) return null
  const titleOf = (piece: unknown, index: number): string => {
    const text = shortText(piece)
    return text.startsWith('{') ? `${words(name)} ${index + 1}` : text
  }
  const move = (from: number, to: number): void => {
    const next = pieces.toSpliced(from, 1).toSpliced(to, 0, pieces[from])
    onOrder(next)
    setSaid(`${titleOf(pieces[from], from)} is now ${to + 1} of ${pieces.length}`)
    // The keyboard stays with the piece that it moves.
    requestAnimationFrame(() => focusMove(list.current, to, to > from ? 'down' : 'up'))
  }
  return (
    <>
      <ol className="plain pieces" ref={list}>
        {pieces.map((piece, index) => {
          const title = titleOf(piece, index)
          return (
            <li key={index} className="piece">
              <div className="piece-head">
                <span className="piece-title">
                  {index + 1}. {title}
                </span>
                <IconButton
                  size="small"
                  data-move="up"
                  label={`Move ${title} up`}
                  icon={<ArrowUp aria-hidden />}
                  disabled={index === 0}
                  onClick={() => move(index, index - 1)}
                />
                <IconButton
                  size="small"
                  data-move="down"
                  label={`Move ${title} down`}
                  icon={<ArrowDown aria-hidden />}
                  disabled={index === pieces.length - 1}
                  onClick={() => move(index, index + 1)}
                />
                <IconButton
                  size="small"
                  label={`Remove ${title}`}
                  icon={<X aria-hidden />}
                  onClick={() => onOrder(pieces.toSpliced(index, 1))}
                />
              </div>
              <SchemaField
                {...props}
                name={`${name} ${index + 1}`}
                schema={items}
                uiSchema={typeof uiSchema?.items === 'function' ? undefined : uiSchema?.items}
                formData={piece}
                fieldPathId={toFieldPathId(index, registry.globalFormOptions, fieldPathId)}
                onChange={onItem}
              />
            </li>
          )
        })}
      </ol>
      <p className="unseen" role="status">
        {said}
      </p>
    </>
  )
}

function focusMove(list: HTMLOListElement | null, index: number, direction: 'up' | 'down'): void {
  const buttons = list?.children[index]?.querySelectorAll<HTMLButtonElement>('[data-move]:not(:disabled)')
  const same = [...(buttons ?? [])].find((button) => button.dataset['move'] === direction)
  const target = same ?? buttons?.[0]
  target?.focus()
}
