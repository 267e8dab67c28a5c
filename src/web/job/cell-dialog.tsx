import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { counted, percent } from '../format.ts'
import { itemAddress, type Job } from '../shared/jobs.ts'
import type { Report } from '../shared/report.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Picture } from '../ui/picture.tsx'
import { EmptyState, ErrorState, Loading } from '../ui/states.tsx'
import type { Answer } from './answers.ts'
import type { Cell } from './confusion.ts'
import { answersQuery } from './predictions-file.ts'

const PAGE = 48
const THUMBNAIL = 160

interface CellDialogProps {
  job: Job
  report: Report
  cell: Cell
  onClose: () => void
}

/** The images behind a cell of the matrix, the most confident answers first. */
export function CellDialog({ job, report, cell, onClose }: CellDialogProps) {
  const name = (label: number): string => report.classes[label]?.name ?? ''
  const isRight = cell.label === cell.predicted
  const title = isRight ? `${name(cell.label)}, recognised` : `${name(cell.label)} taken for ${name(cell.predicted)}`
  return (
    <Dialog title={title} open onClose={onClose} wide>
      <CellImages job={job} report={report} cell={cell} />
    </Dialog>
  )
}

function CellImages({ job, report, cell }: Omit<CellDialogProps, 'onClose'>) {
  const [shown, setShown] = useState(PAGE)
  const answers = useQuery(answersQuery(job.id))
  if (answers.isPending) return <Loading what="Loading the predictions" />
  const found = answers.data === undefined ? examplesOf(report, cell) : behind(answers.data, cell)
  const total = report.confusion[cell.label]?.[cell.predicted] ?? 0
  if (total === 0) return <EmptyState title="There is no such image." />
  return (
    <div className="stack">
      {answers.isError && found.length === 0 && (
        <ErrorState error={answers.error} onRetry={() => void answers.refetch()} />
      )}
      {answers.isError && found.length > 0 && (
        <p className="faint">
          The predictions of the job cannot be read, so these are only the examples of the report:{' '}
          {counted(found.length, 'image')} of {total}.
        </p>
      )}
      <ul className="plain job-pictures">
        {found.slice(0, shown).map(({ file, place, confidence }, i) => (
          <li key={place ?? i}>
            <figure>
              {place === undefined ? (
                <span className="faint small">Evaluated before places were kept: no picture.</span>
              ) : (
                <Picture
                  src={`${itemAddress(job)}/${report.split}/${place}/image?size=${THUMBNAIL}`}
                  alt={file ?? `Image ${place}`}
                />
              )}
              <figcaption className="small break">
                {percent(confidence)} <span className="faint">{file}</span>
              </figcaption>
            </figure>
          </li>
        ))}
      </ul>
      {found.length > shown && (
        <Button onClick={() => setShown(shown + PAGE)}>Show more of {counted(found.length, 'image')}</Button>
      )}
    </div>
  )
}

type Shown = Pick<Answer, 'file' | 'place' | 'confidence'>

const behind = (answers: readonly Answer[], cell: Cell): Shown[] =>
  answers
    .filter(({ label, predicted }) => label === cell.label && predicted === cell.predicted)
    .sort((a, b) => b.confidence - a.confidence)

/** What the report itself has of a pair of classes. */
function examplesOf({ confused, classes }: Report, { label, predicted }: Cell): Shown[] {
  const [truth, taken] = [classes[label]?.name, classes[predicted]?.name]
  const pair = confused.find((each) => each.label === truth && each.predicted === taken)
  return pair?.examples.map(({ file, index, confidence }) => ({ file, place: index, confidence })) ?? []
}
