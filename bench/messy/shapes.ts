/** What a drawing shows; each is a class. Outlines in a square from −1 to 1, as SVG. */
export const SHAPES: Readonly<Record<string, string>> = {
  circle: '<circle r="0.9"/>',
  square: polygon(regular(4, 1)),
  triangle: polygon(regular(3, 1)),
  star: polygon(star(5, 0.42)),
  hexagon: polygon(regular(6, 1)),
  cross: '<path d="M-.3-.9H.3V-.3H.9V.3H.3V.9H-.3V.3H-.9V-.3H-.3Z"/>',
  arrow: '<path d="M-.9-.25H.1V-.7L.9 0 .1.7V.25H-.9Z"/>',
  moon: '<path d="M.3-.9A.9.9 0 1 0 .3.9 1.1 1.1 0 0 1 .3-.9Z"/>',
  heart: '<path d="M0 .9C-1.2 0-.9-.8-.4-.8-.15-.8 0-.6 0-.4 0-.6.15-.8.4-.8.9-.8 1.2 0 0 .9Z"/>',
  pentagon: polygon(regular(5, 1)),
}

function regular(corners: number, radius: number): [number, number][] {
  return Array.from({ length: corners }, (_, i) => {
    const angle = (2 * Math.PI * i) / corners - Math.PI / 2
    return [radius * Math.cos(angle), radius * Math.sin(angle)]
  })
}

/** Points of a star: every second corner is at the inner radius. */
function star(points: number, inner: number): [number, number][] {
  return regular(2 * points, 1).map(([x, y], i) => (i % 2 === 0 ? [x, y] : [inner * x, inner * y]))
}

function polygon(corners: readonly (readonly [number, number])[]): string {
  return `<polygon points="${corners.map(([x, y]) => `${x.toFixed(3)},${y.toFixed(3)}`).join(' ')}"/>`
}
