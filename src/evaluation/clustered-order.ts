/**
 * An order of classes in which those stand together that are mistaken for each other: the leaves of a tree by average linkage, which joins the two groups with the most
 * mistakes per pair of classes. Source: Sokal and Michener 1958 (UPGMA). Time is cubic in the number of classes.
 */
export function clusteredOrder(classes: readonly number[], confusion: readonly (readonly number[])[]): number[] {
  const mistakes = (a: number, b: number): number => (confusion[a]?.[b] ?? 0) + (confusion[b]?.[a] ?? 0)
  const likeness = classes.map((a) => classes.map((b) => mistakes(a, b)))
  let groups = classes.map((label, place) => ({ labels: [label], place }))
  for (;;) {
    let best: [a: number, b: number] | undefined
    let most = 0
    groups.forEach((a, i) => {
      groups.slice(i + 1).forEach((b, k) => {
        const mean = (likeness[a.place]?.[b.place] ?? 0) / (a.labels.length * b.labels.length)
        if (mean > most) [best, most] = [[i, i + 1 + k], mean]
      })
    })
    if (best === undefined) return groups.flatMap(({ labels }) => labels)
    const [first, second] = [groups[best[0]]!, groups[best[1]]!]
    for (const row of likeness) row[first.place] = (row[first.place] ?? 0) + (row[second.place] ?? 0)
    const joined = likeness[first.place]
    joined?.forEach((value, k) => (joined[k] = value + (likeness[second.place]?.[k] ?? 0)))
    first.labels.push(...second.labels)
    groups = groups.filter((group) => group !== second)
  }
}
