import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { bytes, count, counted, figure } from '../../format.ts'
import { Card, Facts } from '../../ui/card.tsx'
import { ErrorState, Loading } from '../../ui/states.tsx'
import { reportQuery, type Dataset, type IngestReport } from '../dataset-queries.ts'
import { SPLIT_NAMES, SPLITS } from '../splits.ts'
import { Classes } from './classes.tsx'
import { Conflicts, Duplicates, Leaks } from './equal-images.tsx'
import { IngestLog } from './ingest-log.tsx'
import { BeingRead, ReadFailed } from './ingest-state.tsx'
import { SetAside } from './set-aside.tsx'
import { Warnings } from './warnings.tsx'

/** What was found when the data set was read, or how far that is. */
export function Overview({ dataset }: { dataset: Dataset }) {
  if (dataset.state === 'ready') return <Ready dataset={dataset} />
  return dataset.state === 'failed' ? <ReadFailed dataset={dataset} /> : <BeingRead dataset={dataset} />
}

function Ready({ dataset }: { dataset: Dataset }) {
  const { id, version, options } = dataset
  const found = useQuery(reportQuery(id, version))
  if (found.data === undefined)
    return found.isError ? (
      <ErrorState error={found.error} onRetry={() => void found.refetch()} />
    ) : (
      <Loading what="Loading the report" />
    )
  const report = found.data
  return (
    <div className="stack">
      {report.warnings.length > 0 && <Warnings warnings={report.warnings} />}
      <Found report={report} />
      <Classes id={id} version={version} classes={report.classes} />
      <SetAside id={id} version={version} report={report} />
      <Duplicates report={report} />
      <Conflicts report={report} />
      <Leaks title="Equal images in several splits" found={report.leaks} what={LEAK_RESULTS[options.leakage]} />
      <Leaks
        title="Nearly equal images in several splits"
        found={report.nearDuplicates}
        what={NEAR_RESULTS[options.nearDuplicates]}
      />
      <IngestLog dataset={dataset} />
    </div>
  )
}

const LEAK_RESULTS = {
  remove: 'They left the earlier split, so that no model is tested on what it was trained on.',
  refuse: 'None may be there: such a data set is refused.',
}
const NEAR_RESULTS = {
  report: 'They were kept. A model that saw one knows the other: upload the data set again to have them removed.',
  remove: 'They left the earlier split.',
  refuse: 'None may be there: such a data set is refused.',
}

const DRAWN = { given: 'as uploaded', drawn: 'drawn at random, a tenth of each class' }

function Found({ report }: { report: IngestReport }) {
  const { files, images, classes, imbalance, channels, sizes, splits, storage, background, depth, changed } = report
  const total = images.train + images.val + images.test
  return (
    <Card title="What was found">
      <p>
        {counted(total, 'image')} of {counted(classes.length, 'class', 'classes')} in {counted(files, 'file')}:{' '}
        {SPLITS.map((split) => `${count(images[split])} for ${SPLIT_NAMES[split].toLowerCase()}`).join(', ')}.
      </p>
      {changed !== undefined && (
        <p>
          Beside the version it was made of: {count(changed.appended)} appended, {count(changed.removed)} removed,{' '}
          {count(changed.relabelled)} relabelled, {count(changed.moved)} moved.
        </p>
      )}
      <Facts
        facts={[
          ['Validation split', DRAWN[splits.val]],
          ['Test split', DRAWN[splits.test]],
          ['Largest class over the smallest', `${figure(imbalance)} : 1`],
          ['Sides', `${count(sizes.smallest)} to ${count(sizes.largest)} pixels, median ${count(sizes.median)}`],
          ['Kept at', `${count(sizes.packed)} pixels on the shorter side at most`],
          ['Channels', channels === 1 ? 'grey' : channels],
          ['Stored as', `${storage.codec === 'raw' ? 'pixels' : 'JPEG of quality 95'}, ${bytes(storage.bytes)}`],
          ...(background === undefined
            ? []
            : [['Transparent images', `${count(background.images)}, on ${background.colour}`] as const]),
          ...(depth === undefined ? [] : [['More than 8 bits', counted(depth.images, 'image')] as const]),
        ]}
      />
      <Link to="." search={{ tab: 'images' }}>
        Look at the images
      </Link>
    </Card>
  )
}
