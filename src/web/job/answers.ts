/** What the model said of an image of the evaluated split. */
export interface Answer {
  label: number
  predicted: number
  confidence: number
  /** Name in the upload, and place in the split; undefined in files of older versions. */
  file?: string
  place?: number
}

/** Rows end with them; they are many numbers that are not needed here. */
const PROBABILITIES_KEY = ',"probabilities":['

/** The first line is a header. */
export const answersOf = (text: string): Answer[] => text.trimEnd().split('\n').slice(1).map(answerOf)

function answerOf(line: string): Answer {
  const end = line.indexOf(PROBABILITIES_KEY)
  const row: unknown = JSON.parse(end === -1 ? line : `${line.slice(0, end)}}`)
  if (!isAnswer(row)) throw new Error('The file of predictions has a line that is none.')
  return row
}

function isAnswer(row: unknown): row is Answer {
  if (typeof row !== 'object' || row === null) return false
  return 'label' in row && 'predicted' in row && 'confidence' in row && typeof row.label === 'number'
}
