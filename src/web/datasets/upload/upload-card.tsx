import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { bytes, counted } from '../../format.ts'
import { DropZone } from '../../shared/drop-zone.tsx'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { TextField } from '../../ui/field.tsx'
import { droppedFiles } from '../../shared/upload/dropped-files.ts'
import { ImportForm } from './import-form.tsx'
import { DEFAULTS, IngestFields } from './ingest-fields.tsx'
import { asClass, sourcesOf, type Source } from '../../shared/upload/source.ts'
import { UploadList } from './upload-list.tsx'
import { transfers } from './uploads.ts'

const ARCHIVES = '.zip,.tar,.tgz,.gz,.bz2,.xz,.zst'
const CHOICES = [
  { label: 'Choose a folder', folder: true, kind: 'primary' },
  { label: 'Choose an archive', accept: ARCHIVES },
  { label: 'Choose images', accept: 'image/*,.csv,.tsv,.json,.jsonl' },
] as const

/** Brings data sets: files of this computer, or what an address names. */
export function UploadCard() {
  const [sources, setSources] = useState<readonly Source[]>([])
  const [isImport, setImport] = useState(false)
  const add = (files: File[]): void => setSources((known) => [...known, ...sourcesOf(files)])
  return (
    <Card
      title="Add a data set"
      actions={
        <Button size="small" aria-expanded={isImport} onClick={() => setImport(!isImport)}>
          Import from an address
        </Button>
      }
    >
      {isImport && <ImportForm onDone={() => setImport(false)} />}
      <DropZone choices={CHOICES} onFiles={add} read={droppedFiles}>
        <p>Drop a folder, an archive (.zip, .tar, .tar.gz, …) or images here.</p>
        <p className="faint small">
          One folder per class, with or without train, val and test around them; or images with a table of labels
          (labels.csv).
        </p>
      </DropZone>
      {sources.map((source, i) => (
        <Chosen
          key={`${source.name} ${i}`}
          source={source}
          onEnd={() => setSources((known) => known.filter((one) => one !== source))}
        />
      ))}
      <UploadList />
    </Card>
  )
}

/** Files that were chosen, before they are sent. */
function Chosen({ source, onEnd }: { source: Source; onEnd: () => void }) {
  const queries = useQueryClient()
  const [name, setName] = useState(source.name)
  const [settings, setSettings] = useState(DEFAULTS)
  const [className, setClassName] = useState('')
  const needsClass = source.isLoose && source.files > 0
  const begin = (): void => {
    const labelled = needsClass && className.trim() !== '' ? asClass(source, className.trim()) : source
    const choices = { ...settings, name: name.trim(), groupBy: settings.groupBy.trim() }
    transfers.begin(labelled, choices, () => void queries.invalidateQueries({ queryKey: ['datasets'] }))
    onEnd()
  }
  return (
    <form
      className="stack tight"
      aria-label={`Upload of ${source.name}`}
      onSubmit={(event) => {
        event.preventDefault()
        begin()
      }}
    >
      <h3 className="break">
        {source.name}{' '}
        <span className="faint small">
          {counted(source.files, 'file')}, {bytes(source.sizeBytes)}
        </span>
      </h3>
      <TextField label="Name" required maxLength={200} value={name} onChange={setName} />
      {needsClass && (
        <TextField
          label="Class of these images (optional)"
          description="They are in no folder that would say it. Leave it empty if a table of labels is among them."
          value={className}
          onChange={setClassName}
        />
      )}
      <details>
        <summary>How it is read</summary>
        <IngestFields value={settings} onChange={setSettings} />
      </details>
      <div className="row">
        <Button type="submit" kind="primary">
          Upload
        </Button>
        <Button onClick={onEnd}>Leave it out</Button>
      </div>
    </form>
  )
}
