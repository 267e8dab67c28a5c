import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { AnnealError, isAway } from '../api.ts'
import { percent } from '../format.ts'
import { Badge } from '../ui/badge.tsx'
import { BlobImage } from '../ui/picture.tsx'
import { ErrorState } from '../ui/states.tsx'
import { explained, predicted, type Prediction, type Predictor } from './predictor.ts'
import './try-image.css'

/** A predictor needs half a minute to start at worst. */
const MAX_ATTEMPTS = 60
const RETRY_MS = 1500
const waiting = {
  staleTime: Infinity,
  retry: (failures: number, error: Error): boolean => isAway(error) && failures < MAX_ATTEMPTS,
  retryDelay: RETRY_MS,
  refetchOnWindowFocus: false,
}

interface ImagePredictionProps {
  /** Tells the image from others of the page. */
  id: number
  image: File
  by: Predictor
  tta: boolean
  top: number
}

/** An image with what a model says of it, and where it looks. */
export function ImagePrediction({ id, image, by, tta, top }: ImagePredictionProps) {
  const [wanted, setWanted] = useState<string>()
  const said = useQuery({
    queryKey: ['predictions', 'tried', by, id, image.name, image.lastModified, tta, top],
    queryFn: ({ signal }) => predicted(by, image, { top, tta, signal }),
    placeholderData: (old) => old,
    ...waiting,
  })
  const label = wanted ?? said.data?.top[0]?.label
  const heat = useQuery({
    queryKey: ['predictions', 'explained', by, id, image.name, image.lastModified, label],
    queryFn: ({ signal }) => explained(by, image, label ?? '', signal),
    enabled: label !== undefined,
    ...waiting,
  })
  return (
    <article className="try-image" aria-label={image.name}>
      <figure>
        <span className="picture" style={{ aspectRatio: 1 }}>
          <BlobImage blob={image} alt={image.name} />
        </span>
        <figcaption>{image.name}</figcaption>
      </figure>
      <figure>
        <span className="picture" style={{ aspectRatio: 1 }}>
          {heat.data !== undefined && <BlobImage blob={heat.data} alt={`Where it supports ${label}`} />}
          {heat.isError && <span className="picture-note">There is no explanation: {heat.error.message}</span>}
        </span>
        <figcaption>{label === undefined ? 'Grad-CAM' : `Supports ${label} (Grad-CAM)`}</figcaption>
      </figure>
      <div className="try-image-answer stack tight">
        {said.isError && <ErrorState error={said.error} onRetry={() => void said.refetch()} />}
        {said.isPending && <Waiting reason={said.failureReason} />}
        {said.data !== undefined && <Answer prediction={said.data} shown={label} onShow={setWanted} />}
      </div>
    </article>
  )
}

function Waiting({ reason }: { reason: Error | null }) {
  if (reason === null) return <p role="status">Predicting…</p>
  const text =
    reason instanceof AnnealError && reason.status === 503
      ? 'The predictor is starting; the image is predicted as soon as it is there.'
      : 'The service does not answer; the page keeps trying.'
  return (
    <div role="status">
      <p>{text}</p>
      <p className="faint small">{reason.message}</p>
    </div>
  )
}

interface AnswerProps {
  prediction: Prediction
  /** The class that is explained. */
  shown: string | undefined
  onShow: (label: string) => void
}

function Answer({ prediction, shown, onShow }: AnswerProps) {
  const { answer, rejected, top } = prediction
  return (
    <>
      <p role="status">
        {rejected === true ? (
          <>
            <Badge tone="warn">none of these</Badge> The model takes it for an image of no class that it knows.
          </>
        ) : (
          <strong className="break">{answer ?? top[0]?.label}</strong>
        )}
      </p>
      <ul className="plain" aria-label="Probabilities, calibrated">
        {top.map(({ label, probability }) => (
          <li key={label}>
            <button
              type="button"
              className="try-image-class"
              aria-pressed={label === shown}
              title={`Show what supports ${label}`}
              onClick={() => onShow(label)}
            >
              <span className="break">{label}</span>
              <span>
                <span className="try-image-bar" style={{ width: `${100 * probability}%` }} />
              </span>
              <span className="number">{percent(probability)}</span>
            </button>
          </li>
        ))}
      </ul>
    </>
  )
}
