import { useQueryClient } from '@tanstack/react-query'
import { useId, useState } from 'react'
import { bytes, counted } from '../../format.ts'
import { DropZone } from '../../shared/drop-zone.tsx'
import { Button } from '../../ui/button.tsx'
import { SelectField, TextField } from '../../ui/field.tsx'
import { Progress } from '../../ui/progress.tsx'
import { ErrorState } from '../../ui/states.tsx'
import type { Dataset } from '../dataset-queries.ts'
import { droppedFiles } from '../../shared/upload/dropped-files.ts'
import { asClass, sourcesOf, type Source } from '../../shared/upload/source.ts'
import { appended, type AppendTo } from './append.ts'

const CHOICES = [
  { label: 'Choose images', accept: 'image/*,.csv,.tsv,.json,.jsonl' },
  { label: 'Choose a folder', folder: true },
  { label: 'Choose an archive', accept: '.zip,.tar,.tgz,.gz,.bz2,.xz,.zst' },
] as const
const SPLITS = [
  { value: 'train', label: 'training' },
  { value: 'val', label: 'validation' },
  { value: 'test', label: 'test' },
  { value: 'draw', label: 'drawn: a tenth each to test and validation' },
] as const

/** More images for a data set make a version of it. */
export function AppendImages({ dataset }: { dataset: Dataset }) {
  const [source, setSource] = useState<Source>()
  return (
    <>
      <DropZone choices={CHOICES} read={droppedFiles} onFiles={(files) => setSource(sourcesOf(files)[0])}>
        <p>Drop images, a folder or an archive here, laid out as for a new data set.</p>
      </DropZone>
      {source !== undefined && <Chosen dataset={dataset} source={source} onEnd={() => setSource(undefined)} />}
    </>
  )
}

function Chosen({ dataset, source, onEnd }: { dataset: Dataset; source: Source; onEnd: () => void }) {
  const { id, version, classes } = dataset
  const queries = useQueryClient()
  const [className, setClassName] = useState('')
  const [split, setSplit] = useState<AppendTo>('train')
  const [sent, setSent] = useState<number>()
  const [error, setError] = useState<unknown>()
  const send = async (): Promise<void> => {
    setError(undefined)
    setSent(0)
    try {
      const labelled = source.isLoose && className.trim() !== '' ? asClass(source, className.trim()) : source
      await appended({ id, version, split, content: labelled.content, onProgress: setSent })
      await queries.invalidateQueries({ queryKey: ['datasets', id] })
      onEnd()
    } catch (reason) {
      setSent(undefined)
      setError(reason)
    }
  }
  return (
    <form
      className="stack tight"
      aria-label="Images to append"
      onSubmit={(event) => {
        event.preventDefault()
        void send()
      }}
    >
      <p className="break">
        {source.name}: {counted(source.files, 'file')}, {bytes(source.sizeBytes)}
      </p>
      <div className="row">
        {source.isLoose && <ClassField classes={classes ?? []} value={className} onChange={setClassName} />}
        <SelectField
          label="Split, where the files name none"
          options={SPLITS}
          value={split}
          onChange={(value) => setSplit(SPLITS.find((one) => one.value === value)?.value ?? 'train')}
        />
      </div>
      {sent !== undefined && (
        <Progress label="Upload" value={source.sizeBytes === 0 ? null : sent / source.sizeBytes} />
      )}
      {error !== undefined && <ErrorState error={error} />}
      <div className="row">
        <Button type="submit" kind="primary" busy={sent !== undefined}>
          Append: make a version
        </Button>
        <Button onClick={onEnd}>Leave it</Button>
      </div>
    </form>
  )
}

interface ClassFieldProps {
  classes: readonly string[]
  value: string
  onChange: (value: string) => void
}

/** A class that there is, or a new one. */
function ClassField({ classes, value, onChange }: ClassFieldProps) {
  const list = useId()
  return (
    <>
      <TextField label="Class of these images" list={list} value={value} onChange={onChange} />
      <datalist id={list}>
        {classes.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
    </>
  )
}
