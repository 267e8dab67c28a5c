import { useState } from 'react'
import { counted, percent } from '../format.ts'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { SelectField } from '../ui/field.tsx'
import { Picture } from '../ui/picture.tsx'
import type { Comparison } from './paired-test.tsx'

const SHOWN = 12
const THUMBNAIL = 256
const SIDES = ['either', 'a', 'b'] as const
type Side = (typeof SIDES)[number]
type Image = Comparison['differing'][number]

interface DifferingImagesProps {
  comparison: Comparison
  /** Address of the images of a's data set. */
  items: string
}

/** Images that one of two runs alone has right, with both answers: first those on which the two are furthest apart. */
export function DifferingImages({ comparison, items }: DifferingImagesProps) {
  const { differing, mcnemar, split } = comparison
  const [side, setSide] = useState<Side>('either')
  const [isAll, setAll] = useState(false)
  const total = { either: mcnemar.onlyA + mcnemar.onlyB, a: mcnemar.onlyA, b: mcnemar.onlyB }
  const chosen = differing.filter(({ right }) => side === 'either' || right === side)
  const shown = isAll ? chosen : chosen.slice(0, SHOWN)
  const label = { either: `One of the two (${total.either})`, a: `Only a (${total.a})`, b: `Only b (${total.b})` }
  return (
    <Card
      title="Images on which they differ"
      actions={
        <SelectField
          label="Right is"
          value={side}
          onChange={(value) => {
            setSide(SIDES.find((each) => each === value) ?? 'either')
            setAll(false)
          }}
          options={SIDES.map((value) => ({ value, label: label[value] }))}
        />
      }
    >
      {chosen.length === 0 && <p className="faint">There is none.</p>}
      <ul className="plain compare-images">
        {shown.map((image, i) => (
          <li key={image.place ?? i}>
            <ImageFigure image={image} address={`${items}/${split}`} />
          </li>
        ))}
      </ul>
      {chosen.length > shown.length && (
        <div className="row">
          <Button onClick={() => setAll(true)}>
            {chosen.length === total[side]
              ? `Show all ${counted(total[side], 'image')}`
              : `Show ${chosen.length} of ${total[side]}`}
          </Button>
        </div>
      )}
    </Card>
  )
}

function ImageFigure({ image, address }: { image: Image; address: string }) {
  const { file, place, label } = image
  return (
    <figure title={file ?? label}>
      {place === null ? (
        <span className="faint small">No picture: evaluated before places were kept.</span>
      ) : (
        <Picture
          src={`${address}/${place}/image?size=${THUMBNAIL}`}
          alt={file === null ? label : `${label}, ${file}`}
        />
      )}
      <figcaption className="small break">
        <strong>{label}</strong>
        <Answer image={image} run="a" />
        <Answer image={image} run="b" />
      </figcaption>
    </figure>
  )
}

function Answer({ image, run }: { image: Image; run: 'a' | 'b' }) {
  const { predicted, confidence } = image[run]
  return (
    <span className={run === image.right ? 'compare-right' : 'compare-wrong'}>
      {run}: {predicted} <span className="faint">{percent(confidence)}</span>
    </span>
  )
}
