import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { Badge } from '../ui/badge.tsx'
import { SelectField } from '../ui/field.tsx'
import { Page } from '../ui/page.tsx'
import { EmptyState, ErrorState, Loading } from '../ui/states.tsx'
import { Tabs } from '../ui/tabs.tsx'
import { AliasesTab } from './aliases-tab.tsx'
import { CardTab } from './card-tab.tsx'
import { ExportsTab } from './exports-tab.tsx'
import { ModelActions } from './model-actions.tsx'
import { modelQuery, type Model } from './model-queries.ts'
import { MODEL_TABS, type ModelTab } from './search.ts'
import { TryTab } from './try-tab.tsx'
import { VersionsTab } from './versions-tab.tsx'

const route = getRouteApi('/models/$name')
const above = <Link to="/models">Models</Link>
const LABELS: Record<ModelTab, string> = {
  versions: 'Versions',
  try: 'Try an image',
  card: 'Model card',
  exports: 'Exports',
  aliases: 'Aliases',
}

export function ModelPage() {
  const { name } = route.useParams()
  const found = useQuery(modelQuery(name))
  if (found.data !== undefined) return <Found model={found.data} />
  return (
    <Page title="Model" above={above}>
      {found.isError ? (
        <ErrorState
          error={found.error}
          onRetry={() => void found.refetch()}
          action={<Link to="/models">All models</Link>}
        />
      ) : (
        <Loading />
      )}
    </Page>
  )
}

/** One function: a list of tabs. */
function Found({ model }: { model: Model }) {
  const { name, description, aliases, newestVersion, sharedBy } = model
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const version = search.version ?? aliases['champion'] ?? newestVersion
  const tab = search.tab ?? 'versions'
  const ofVersion = (draw: (version: number) => ReactNode) => () =>
    version === null ? (
      <EmptyState title="The model has no version yet.">Register one first.</EmptyState>
    ) : (
      draw(version)
    )
  const content: Record<ModelTab, () => ReactNode> = {
    versions: () => <VersionsTab model={model} />,
    try: ofVersion((number) => <TryTab model={model} version={number} />),
    card: ofVersion((number) => <CardTab model={model} version={number} />),
    exports: ofVersion((number) => <ExportsTab model={model} version={number} />),
    aliases: () => <AliasesTab model={model} />,
  }
  return (
    <Page
      title={name}
      above={above}
      beside={
        <>
          {Object.entries(aliases).map(([alias, number]) => (
            <Badge key={alias} tone={alias === 'champion' ? 'good' : 'neutral'}>
              {alias}: version {number}
            </Badge>
          ))}
          {sharedBy !== null && <Badge tone="second">shared by {sharedBy.name}</Badge>}
        </>
      }
      actions={<ModelActions model={model} />}
    >
      {description !== '' && <p className="break">{description}</p>}
      {newestVersion !== null && newestVersion > 1 && (tab === 'try' || tab === 'card' || tab === 'exports') && (
        <div className="row">
          <SelectField
            label="Version"
            options={Array.from({ length: newestVersion }, (_, i) => newestVersion - i).map((number) => ({
              value: String(number),
              label: labelOf(number, aliases),
            }))}
            value={String(version)}
            onChange={(value) =>
              void navigate({ search: (old) => ({ ...old, version: Number(value) }), replace: true })
            }
          />
        </div>
      )}
      <Tabs
        tabs={MODEL_TABS.map((id) => ({ id, label: LABELS[id], content: content[id] }))}
        value={tab}
        onChange={(id) =>
          void navigate({ search: (old) => ({ ...old, tab: MODEL_TABS.find((known) => known === id) }) })
        }
      />
    </Page>
  )
}

function labelOf(version: number, aliases: Model['aliases']): string {
  const names = Object.entries(aliases).flatMap(([alias, number]) => (number === version ? [alias] : []))
  return names.length === 0 ? `Version ${version}` : `Version ${version} (${names.join(', ')})`
}
