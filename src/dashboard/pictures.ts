import { blob } from './api.ts'
import { h } from './dom.ts'

const AT_ONCE = 2
const BUSY_RETRIES = 4
const BUSY_WAIT_MS = 1500

let running = 0
const queue: (() => Promise<void>)[] = []

/** Runs what is queued, a few at a time: an explanation costs the server a pass through the net. */
function next(): void {
  while (running < AT_ONCE) {
    const work = queue.shift()
    if (work === undefined) return
    running++
    void work().finally(() => {
      running--
      next()
    })
  }
}

const wanted = new WeakMap<Element, () => void>()
const seen = new IntersectionObserver(
  (entries) => {
    for (const { target, isIntersecting } of entries)
      if (isIntersecting) {
        seen.unobserve(target)
        wanted.get(target)?.()
      }
  },
  { rootMargin: '300px' },
)

/** Where a picture will be. */
export const placeholder = (alt: string): HTMLElement =>
  h('span', { class: 'picture waiting', role: 'img', 'aria-label': alt })

/** A picture of the API, fetched once it comes near the view. */
export function picture(path: string, alt: string): HTMLElement {
  const place = placeholder(alt)
  wanted.set(place, () => {
    queue.push(() => fill(place, path))
    next()
  })
  seen.observe(place)
  return place
}

async function fill(place: HTMLElement, path: string): Promise<void> {
  if (!place.isConnected) return
  try {
    show(place, await retried(() => blob(path)))
  } catch (error) {
    place.replaceWith(
      h(
        'span',
        { class: 'picture missing', title: error instanceof Error ? error.message : String(error) },
        'no picture',
      ),
    )
  }
}

/** Puts a picture in its place once it is decoded. */
export function show(place: HTMLElement, content: Blob): void {
  const url = URL.createObjectURL(content)
  const image = h('img', {
    class: 'picture',
    draggable: 'false',
    src: url,
    alt: place.getAttribute('aria-label') ?? '',
  }) as HTMLImageElement
  image.addEventListener('load', () => {
    URL.revokeObjectURL(url)
    image.classList.toggle('small', image.naturalWidth < 100)
    place.replaceWith(image)
  })
}

/** Asks again for a while when the server is busy. */
export async function retried<T>(ask: () => Promise<T>): Promise<T> {
  for (let attempt = 0; ; attempt++)
    try {
      return await ask()
    } catch (error) {
      const { retryable = false } = error as { retryable?: boolean }
      if (!retryable || attempt === BUSY_RETRIES) throw error
      await new Promise((resolve) => setTimeout(resolve, BUSY_WAIT_MS))
    }
}
