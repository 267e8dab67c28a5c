import { useQuery } from '@tanstack/react-query'
import { useCallback, useState, type SyntheticEvent } from 'react'
import { file, isAway } from '../api.ts'
import { Button } from './button.tsx'
import './picture.css'
import { messageOf } from './states.tsx'

/** Images below this many pixels are of pixels that one should see. */
const TINY = 96
/** A predictor needs half a minute to start at worst. */
const MAX_ATTEMPTS = 40
const RETRY_MS = 1500
/** Pictures that are no longer shown are kept this long for the way back. */
const KEPT_MS = 60_000
const NEAR = { rootMargin: '300px' }

interface PictureProps {
  /** Path of the service. A data set's should name its version, since pictures are kept. */
  src: string
  alt: string
  /** Width over height of the box, which it has before the picture is there. */
  ratio?: number
}

/** An image of the service: read when it comes near the window, and again while what draws it is starting. */
export function Picture({ src, alt, ratio = 1 }: PictureProps) {
  const [isNear, setNear] = useState(false)
  const picture = useQuery({
    queryKey: ['pictures', src],
    queryFn: async ({ signal }) => (await file(src, signal)).blob(),
    enabled: isNear,
    staleTime: Infinity,
    gcTime: KEPT_MS,
    retry: (failures, error) => isAway(error) && failures < MAX_ATTEMPTS,
    retryDelay: RETRY_MS,
  })
  const watch = useCallback((box: HTMLElement) => {
    const observer = new IntersectionObserver(([entry]) => {
      if (entry?.isIntersecting !== true) return
      setNear(true)
      observer.disconnect()
    }, NEAR)
    observer.observe(box)
    return () => observer.disconnect()
  }, [])
  return (
    <span ref={watch} className="picture" style={{ aspectRatio: ratio }}>
      {picture.data !== undefined && <BlobImage blob={picture.data} alt={alt} />}
      {picture.isError && (
        <span className="picture-note picture-failed">
          <span className="unseen">{alt}</span>
          {messageOf(picture.error)}
          <Button size="small" onClick={() => void picture.refetch()}>
            Try again
          </Button>
        </span>
      )}
      {picture.isPending && picture.failureCount > 0 && <span className="picture-note">Not ready yet; waiting…</span>}
    </span>
  )
}

/** An image that is in the browser already, such as one that was dropped on the page. */
export function BlobImage({ blob, alt }: { blob: Blob; alt: string }) {
  const show = useCallback(
    (image: HTMLImageElement) => {
      const url = URL.createObjectURL(blob)
      image.src = url
      return () => URL.revokeObjectURL(url)
    },
    [blob],
  )
  return <img ref={show} alt={alt} onLoad={markTiny} />
}

function markTiny({ currentTarget: image }: SyntheticEvent<HTMLImageElement>): void {
  image.toggleAttribute('data-tiny', Math.max(image.naturalWidth, image.naturalHeight) < TINY)
}
