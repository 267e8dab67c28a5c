import { Link } from '@tanstack/react-router'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { percent } from '../format.ts'
import { itemAddress, type Job } from '../shared/jobs.ts'
import { hasReport, reportQuery, type Report } from '../shared/report.ts'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { SelectField } from '../ui/field.tsx'
import { Picture } from '../ui/picture.tsx'
import { EmptyState, ErrorState, Loading } from '../ui/states.tsx'
import { NoReport } from './report-tab.tsx'

const SHOWN = 12
const THUMBNAIL = 256

type Explained = 'predicted' | 'label'

export function MistakesTab({ job }: { job: Job }) {
  const report = useQuery({ ...reportQuery(job.id), enabled: hasReport(job) })
  if (report.data !== undefined) return <Mistakes job={job} report={report.data} />
  if (report.isError) return <ErrorState error={report.error} onRetry={() => void report.refetch()} />
  return hasReport(job) ? <Loading what="Loading the report" /> : <NoReport job={job} />
}

/** The mistakes that the model was most confident of, each with where the image supports a class. */
function Mistakes({ job, report }: { job: Job; report: Report }) {
  const [explained, setExplained] = useState<Explained>('predicted')
  const [isAll, setAll] = useState(false)
  const { worst } = report
  const shown = isAll ? worst : worst.slice(0, SHOWN)
  return (
    <>
      <Card
        title="Most confident mistakes"
        actions={
          <SelectField
            label="The heat map shows what supports"
            value={explained}
            onChange={(value) => setExplained(value === 'label' ? 'label' : 'predicted')}
            options={[
              { value: 'predicted', label: 'the predicted class' },
              { value: 'label', label: 'the true class' },
            ]}
          />
        }
      >
        {worst.length === 0 && <EmptyState title="The model recognised every image." />}
        <ul className="plain job-mistakes">
          {shown.map((mistake, n) => (
            <li key={mistake.index}>
              <MistakeFigure job={job} split={report.split} mistake={mistake} n={n} explained={explained} />
            </li>
          ))}
        </ul>
        {worst.length > shown.length && <Button onClick={() => setAll(true)}>Show all {worst.length}</Button>}
      </Card>
      <Card title="Labels that may be wrong">
        <p>
          A confident mistake is often a wrong label.{' '}
          <Link to="/datasets/$id" params={{ id: job.dataset }} search={{ tab: 'suspicious', job: job.id }}>
            See which labels the model doubts
          </Link>
          , and make a version of the data set without them.
        </p>
      </Card>
    </>
  )
}

interface MistakeFigureProps {
  job: Job
  split: string
  mistake: Report['worst'][number]
  n: number
  explained: Explained
}

function MistakeFigure({ job, split, mistake, n, explained }: MistakeFigureProps) {
  const { file, index, label, predicted, confidence } = mistake
  return (
    <figure title={file}>
      <div className="job-pair">
        <Picture src={`${itemAddress(job)}/${split}/${index}/image?size=${THUMBNAIL}`} alt={`${label}, ${file}`} />
        <Picture
          src={`/v1/jobs/${job.id}/worst/${n}/gradcam?class=${explained}`}
          alt={`What supports ${explained === 'predicted' ? predicted : label} in ${file}`}
        />
      </div>
      <figcaption className="small break">
        <span className="job-truth">{label}</span>
        {' taken for '}
        <span className="job-taken">{predicted}</span> <span className="faint">{percent(confidence)}</span>
      </figcaption>
    </figure>
  )
}
