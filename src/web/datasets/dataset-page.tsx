import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { bytes, count } from '../format.ts'
import { Badge, StateBadge } from '../ui/badge.tsx'
import { ButtonLink } from '../ui/button.tsx'
import { Facts } from '../ui/card.tsx'
import { Page } from '../ui/page.tsx'
import { EmptyState, ErrorState, Loading } from '../ui/states.tsx'
import { Tabs } from '../ui/tabs.tsx'
import { Time } from '../ui/time.tsx'
import { DatasetActions } from './dataset-actions.tsx'
import { datasetQuery, imagesOf, type Dataset } from './dataset-queries.ts'
import { ImagesTab } from './images/images-tab.tsx'
import { Overview } from './overview/overview.tsx'
import { DATASET_TABS, type DatasetTab } from './search.ts'
import { SuspiciousTab } from './suspicious/suspicious-tab.tsx'
import { VersionsTab } from './versions/versions-tab.tsx'

const route = getRouteApi('/datasets/$id')
const above = <Link to="/datasets">Data sets</Link>
const LABELS: Record<DatasetTab, string> = {
  overview: 'Overview',
  images: 'Images',
  suspicious: 'Suspicious images',
  versions: 'Versions',
}

export function DatasetPage() {
  const { id } = route.useParams()
  const { version } = route.useSearch()
  const found = useQuery(datasetQuery(version === undefined ? id : `${id}@${version}`))
  if (found.data !== undefined) return <Found dataset={found.data} />
  return (
    <Page title="Data set" above={above}>
      {found.isError ? (
        <ErrorState
          error={found.error}
          onRetry={() => void found.refetch()}
          action={<Link to="/datasets">All data sets</Link>}
        />
      ) : (
        <Loading />
      )}
    </Page>
  )
}

/** One function: a list of tabs. */
function Found({ dataset }: { dataset: Dataset }) {
  const { id, name, state, version, images, classCount, sizeBytes, sharedBy, createdAt } = dataset
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const content: Record<DatasetTab, () => React.ReactNode> = {
    overview: () => <Overview dataset={dataset} />,
    images: () => (isReady ? <ImagesTab dataset={dataset} key={version} /> : <NotReady dataset={dataset} />),
    suspicious: () => (isReady ? <SuspiciousTab dataset={dataset} /> : <NotReady dataset={dataset} />),
    versions: () => <VersionsTab dataset={dataset} />,
  }
  const isReady = state === 'ready'
  return (
    <Page
      title={name}
      above={above}
      beside={
        <>
          <StateBadge state={state} />
          {sharedBy !== null && <Badge tone="second">shared by {sharedBy.name}</Badge>}
        </>
      }
      actions={
        <>
          {isReady && (
            <ButtonLink
              kind="primary"
              to="/new-job"
              search={{ dataset: search.version === undefined ? id : `${id}@${version}` }}
            >
              Train on this
            </ButtonLink>
          )}
          <DatasetActions dataset={dataset} />
        </>
      }
    >
      <Facts
        facts={[
          ['Version', search.version === undefined ? version : `${version} (chosen)`],
          ['Images', countOr(imagesOf(images))],
          ['Classes', countOr(classCount)],
          ['Upload', sizeBytes === 0 ? '–' : bytes(sizeBytes)],
          ['Created', <Time key="created" at={createdAt} />],
          [
            'Id',
            <code key="id" className="break">
              {id}
            </code>,
          ],
        ]}
      />
      <Tabs
        tabs={DATASET_TABS.map((tab) => ({ id: tab, label: LABELS[tab], content: content[tab] }))}
        value={search.tab ?? 'overview'}
        onChange={(tab) =>
          void navigate({ search: { version: search.version, tab: DATASET_TABS.find((one) => one === tab) } })
        }
      />
    </Page>
  )
}

function NotReady({ dataset: { state } }: { dataset: Dataset }) {
  return (
    <EmptyState title={state === 'failed' ? 'There are no images: the data set failed.' : 'The images are being read.'}>
      The overview says how far it is.
    </EmptyState>
  )
}

const countOr = (value: number | null): string => (value === null ? '–' : count(value))
