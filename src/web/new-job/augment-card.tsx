import { useState } from 'react'
import { AugmentPreview } from '../shared/augment-preview.tsx'
import { valueAt } from '../shared/spec-form/value-paths.ts'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'

/** What the augmentations of the spec make of images of the data set; drawn once somebody asks. */
export function AugmentCard({ dataset, resolved }: { dataset: string; resolved: unknown }) {
  const [isShown, setShown] = useState(false)
  const [seed, setSeed] = useState(0)
  const [rows, setRows] = useState(2)
  const augment = valueAt(resolved, ['augment'])
  const size = valueAt(resolved, ['image', 'size'])
  if (!Array.isArray(augment)) return null
  return (
    <Card
      title="Preview of the augmentations"
      actions={
        <Button size="small" aria-expanded={isShown} onClick={() => setShown(!isShown)}>
          {isShown ? 'Hide' : 'Show'}
        </Button>
      }
    >
      {isShown ? (
        <AugmentPreview
          dataset={dataset}
          augment={augment as unknown[]}
          size={typeof size === 'number' && size <= MAX_SIDE ? size : undefined}
          seed={seed}
          onSeed={setSeed}
          rows={rows}
          onRows={setRows}
        />
      ) : (
        <p className="faint">Images of the data set as they are, and as training would see them.</p>
      )}
    </Card>
  )
}

const MAX_SIDE = 512
