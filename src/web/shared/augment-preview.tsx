import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Dices } from 'lucide-react'
import { api, data } from '../api.ts'
import { Button } from '../ui/button.tsx'
import { SelectField, TextField } from '../ui/field.tsx'
import { BlobImage } from '../ui/picture.tsx'
import { ErrorState, Loading } from '../ui/states.tsx'
import './augment-preview.css'

interface AugmentPreviewProps {
  /** Id of a data set; empty for none. */
  dataset: string
  /** As in a spec. */
  augment: readonly unknown[]
  /** Side of an image in pixels; what a job would have by default. */
  size?: number | undefined
  seed: number
  onSeed: (seed: number) => void
  rows: number
  onRows: (rows: number) => void
}

const ROWS = [2, 4, 8, 16]

/** Training images as they are, and what the augmentations make of each: other images with another seed. */
export function AugmentPreview({ dataset, augment, size, seed, onSeed, rows, onRows }: AugmentPreviewProps) {
  const body = { dataset, augment: [...augment], seed, rows, ...(size === undefined ? {} : { size }) }
  const preview = useQuery({
    queryKey: ['augment-preview', body],
    queryFn: async ({ signal }) => {
      const made: unknown = await data(api.POST('/v1/augment:preview', { body, signal, parseAs: 'blob' }))
      if (made instanceof Blob) return made
      throw new Error('The preview is no image.')
    },
    enabled: dataset !== '',
    placeholderData: keepPreviousData,
    staleTime: Infinity,
  })
  if (dataset === '')
    return <p className="faint">Choose a data set to see what the augmentations make of its images.</p>
  return (
    <div className="stack tight">
      <div className="row augment-controls">
        <TextField
          label="Seed"
          inputMode="numeric"
          value={String(seed)}
          onChange={(text) => onSeed(/^\d{1,9}$/.test(text) ? Number(text) : 0)}
        />
        <SelectField
          label="Images"
          value={String(rows)}
          onChange={(text) => onRows(Number(text))}
          options={ROWS.map((each) => ({ value: String(each), label: String(each) }))}
        />
        <Button onClick={() => onSeed(seed + 1)}>
          <Dices aria-hidden /> Other images
        </Button>
        <span className="faint small" role="status">
          {preview.isFetching ? 'Drawing…' : ''}
        </span>
      </div>
      {preview.isError && <ErrorState error={preview.error} onRetry={() => void preview.refetch()} />}
      {preview.isPending && preview.fetchStatus !== 'idle' && <Loading what="Drawing" />}
      {preview.data !== undefined && (
        <figure className="augment-preview" data-stale={preview.isPlaceholderData || undefined}>
          <div className="augment-scroll" tabIndex={0} role="group" aria-label="Images before and after">
            <BlobImage
              blob={preview.data}
              alt="One image of the data set per row: first as it is, then augmented versions of it"
            />
          </div>
          <figcaption className="faint small">
            Left: the image as it is. Next to it: seven augmented versions.
          </figcaption>
        </figure>
      )}
    </div>
  )
}
