import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, data } from '../api.ts'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { CopyButton } from '../ui/copy-button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { TextArea } from '../ui/field.tsx'
import { ErrorState, Loading } from '../ui/states.tsx'
import { Markdown } from './markdown.tsx'
import { cardQuery, refOf, type Model } from './model-queries.ts'

const SECTIONS = [
  ['intendedUse', 'Intended use', 'What the model is for, and by whom.'],
  ['outOfScope', 'Out of scope', 'What it is not for.'],
  ['factors', 'Factors', 'Groups, instruments and environments that matter.'],
  ['data', 'Data', 'Where the images come from, and how they were labelled.'],
  ['ethics', 'Ethical considerations', ''],
  ['limitations', 'Limitations', 'Known limitations and caveats.'],
] as const

/** The model card of a version: numbers from its report, and what the team says. */
export function CardTab({ model, version }: { model: Model; version: number }) {
  const card = useQuery(cardQuery(refOf(model), version))
  const [isOpen, setOpen] = useState(false)
  return (
    <Card
      title={`Model card of version ${version}`}
      actions={
        <>
          {card.data !== undefined && <CopyButton text={card.data} label="Copy as Markdown" />}
          {model.sharedBy === null && (
            <Button size="small" onClick={() => setOpen(true)}>
              Edit what the team says…
            </Button>
          )}
        </>
      }
    >
      {card.isPending && <Loading />}
      {card.isError && <ErrorState error={card.error} onRetry={() => void card.refetch()} />}
      {card.data !== undefined && <Markdown text={card.data.replace(/^# .*\n/, '')} />}
      {isOpen && <EditCard model={model} onClose={() => setOpen(false)} />}
    </Card>
  )
}

function EditCard({ model, onClose }: { model: Model; onClose: () => void }) {
  const queries = useQueryClient()
  const [description, setDescription] = useState(model.description)
  const [card, setCard] = useState(model.card)
  const save = useMutation({
    mutationFn: () =>
      data(api.PATCH('/v1/models/{name}', { params: { path: { name: model.name } }, body: { description, card } })),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['models'] })
      onClose()
    },
  })
  return (
    <Dialog title="What the team says of the model" open onClose={onClose} wide>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault()
          save.mutate()
        }}
      >
        <TextArea label="Description" rows={2} maxLength={2000} value={description} onChange={setDescription} />
        {SECTIONS.map(([key, label, hint]) => (
          <TextArea
            key={key}
            label={label}
            description={hint === '' ? undefined : hint}
            rows={2}
            maxLength={10_000}
            value={card[key] ?? ''}
            onChange={(text) => setCard({ ...card, [key]: text })}
          />
        ))}
        {save.isError && <ErrorState error={save.error} />}
        <div className="row end">
          <Button type="submit" kind="primary" busy={save.isPending}>
            Save
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
