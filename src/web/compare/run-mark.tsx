const COLORS = 8

/** The colour that a run has in the charts; later runs of the same colour are dashed. */
export function RunMark({ place }: { place: number }) {
  return (
    <span
      aria-hidden
      className={isDashed(place) ? 'compare-mark dashed' : 'compare-mark'}
      style={{ borderColor: `var(--series-${(place % COLORS) + 1})` }}
    />
  )
}

export const isDashed = (place: number): boolean => place >= COLORS
