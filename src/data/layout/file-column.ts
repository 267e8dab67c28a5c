/** Fraction of a column's values that are images of the data set, at least, where its name does not say that they are. */
const MIN_IMAGES = 0.9

/**
 * The column that names the files: of those whose names say so, the preferred first, one that names some image of the data set; else the only
 * column whose values nearly all do, whatever it is called (`id_code`); else the preferred name.
 * @param named columns by their names, the preferred first
 * @param images fraction of the values of each column that may mean an image of the data set
 */
export function fileColumn(named: readonly number[], images: readonly number[]): number | undefined {
  const byName = named.find((column) => images[column]! > 0)
  const byValues = images.flatMap((fraction, column) => (fraction >= MIN_IMAGES ? [column] : []))
  return byName ?? (byValues.length === 1 ? byValues[0] : undefined) ?? named[0]
}
