import type { TableRows } from './table-rows.ts'

/** Rows that are looked at. */
const MAX_ROWS = 1000
/** Fraction of a column's values that are images of the data set, at least, where its name does not say that they are. */
const MIN_IMAGES = 0.9

/**
 * The column that names the files: of those whose names say so, the preferred first, one that names some image of the data set; else the only
 * column whose values nearly all do, whatever it is called (`id_code`); else the preferred name.
 * @param named columns by their names, the preferred first
 * @param isImage whether a value may mean an image of the data set
 */
export function fileColumn(
  rows: TableRows,
  named: readonly number[],
  isImage: (value: string) => boolean,
): number | undefined {
  const images = rows.header.map(() => 0)
  let count = 0
  rows.read((values) => {
    if (count === MAX_ROWS) return
    count++
    for (const [column, value] of values.entries()) if (value !== '' && isImage(value)) images[column]!++
  })
  const byName = named.find((column) => images[column]! > 0)
  const byValues = images.flatMap((found, column) => (count > 0 && found >= MIN_IMAGES * count ? [column] : []))
  return byName ?? (byValues.length === 1 ? byValues[0] : undefined) ?? named[0]
}
