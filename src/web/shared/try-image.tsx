import { useRef, useState } from 'react'
import { Card } from '../ui/card.tsx'
import { Button } from '../ui/button.tsx'
import { Checkbox, SelectField } from '../ui/field.tsx'
import { DropZone } from './drop-zone.tsx'
import { ImagePrediction } from './image-prediction.tsx'
import type { Predictor } from './predictor.ts'
import { Snippets } from './snippets.tsx'

const MAX_IMAGES = 24
const TOPS = ['3', '5', '10', '100'].map((value) => ({ value, label: `${value} classes` }))
const CHOICES = [{ label: 'Choose images', accept: 'image/*', kind: 'primary' }] as const

interface TryImageProps {
  by: Predictor
  /** Of which the snippets speak; that of `by`, or of the model's version. */
  checkpoint: string
}

interface Tried {
  id: number
  file: File
}

/** What a model says of images that are dropped here, and why. They are predicted, and not kept. */
export function TryImage({ by, checkpoint }: TryImageProps) {
  const [images, setImages] = useState<readonly Tried[]>([])
  const [tta, setTta] = useState(false)
  const [top, setTop] = useState('5')
  const next = useRef(0)
  const add = (files: File[]): void => {
    const added = files.map((file) => ({ id: next.current++, file }))
    setImages((known) => [...added, ...known].slice(0, MAX_IMAGES))
  }
  return (
    <div className="stack">
      <Card title="Try an image">
        <DropZone choices={CHOICES} onFiles={add}>
          <p>Drop one or several images here.</p>
          <p className="faint small">They are predicted, and not kept by the service.</p>
        </DropZone>
        <div className="row">
          <SelectField label="Show" options={TOPS} value={top} onChange={setTop} />
          <Checkbox
            label="Average over views (the test-time augmentation of its evaluation)"
            checked={tta}
            onChange={setTta}
          />
          {images.length > 0 && <Button onClick={() => setImages([])}>Clear</Button>}
        </div>
        {images.map(({ id, file }) => (
          <ImagePrediction key={id} id={id} image={file} by={by} tta={tta} top={Number(top)} />
        ))}
      </Card>
      <Snippets by={by} checkpoint={checkpoint} />
    </div>
  )
}
