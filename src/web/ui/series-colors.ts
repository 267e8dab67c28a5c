const COLORS = 8

/** Of the n-th series, as the theme has it. */
export const seriesColor = (element: Element, n: number): string =>
  resolved(element, `var(--series-${(n % COLORS) + 1})`)

export const inkOf = (element: Element): { faint: string; line: string } => ({
  faint: resolved(element, 'var(--faint)'),
  line: resolved(element, 'var(--line)'),
})

/** What a canvas takes: it knows neither variables nor `light-dark()`. */
export function resolved(element: Element, color: string): string {
  const probe = document.createElement('span')
  probe.style.color = color
  element.append(probe)
  const { color: found } = getComputedStyle(probe)
  probe.remove()
  return found
}
