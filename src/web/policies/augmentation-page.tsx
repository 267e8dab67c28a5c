import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useState } from 'react'
import { api, data } from '../api.ts'
import { AugmentPreview } from '../shared/augment-preview.tsx'
import { DatasetChoice } from '../shared/dataset-choice.tsx'
import type { SpecContext } from '../shared/spec-form/form-context.ts'
import { SpecForm } from '../shared/spec-form/spec-form.tsx'
import { Card } from '../ui/card.tsx'
import { CodeBlock } from '../ui/code-block.tsx'
import { Page } from '../ui/page.tsx'
import { ErrorState, Loading } from '../ui/states.tsx'

const route = getRouteApi('/augmentation')
const FIELDS = ['augment']
const CONTEXT: SpecContext = { resolved: undefined, reasons: {}, mistakes: [] }

const startOf = (policy: string | undefined): unknown[] => [
  'random-resized-crop',
  'horizontal-flip',
  policy === undefined ? 'trivial-augment' : { name: 'auto-augment', policy },
]

/** Augmentations in an order, and what they make of images, before a job trains with them. */
export function AugmentationPage() {
  const { dataset = '', policy } = route.useSearch()
  const navigate = route.useNavigate()
  const [spec, setSpec] = useState<Record<string, unknown>>(() => ({ augment: startOf(policy) }))
  const [seed, setSeed] = useState(0)
  const [rows, setRows] = useState(4)
  const schema = useQuery({
    queryKey: ['spec', 'schema'],
    queryFn: ({ signal }) => data(api.GET('/v1/spec/schema', { signal })),
    staleTime: Infinity,
  })
  const augment = Array.isArray(spec['augment']) ? (spec['augment'] as unknown[]) : []
  return (
    <Page title="Augmentation" actions={<Link to="/policies">Saved policies</Link>}>
      <Card title="Images">
        <DatasetChoice
          value={dataset}
          onChange={(id) => void navigate({ search: (before) => ({ ...before, dataset: id }), replace: true })}
        />
        <AugmentPreview dataset={dataset} augment={augment} seed={seed} onSeed={setSeed} rows={rows} onRows={setRows} />
      </Card>
      <div className="columns">
        <Card title="Pieces">
          {schema.data !== undefined && (
            <SpecForm
              id="augment"
              schema={schema.data}
              fields={FIELDS}
              value={spec}
              onChange={setSpec}
              context={CONTEXT}
            />
          )}
          {schema.isPending && <Loading />}
          {schema.isError && <ErrorState error={schema.error} onRetry={() => void schema.refetch()} />}
        </Card>
        <Card title="In a spec">
          <p className="faint">Put this into the spec of a job.</p>
          <CodeBlock label="The augmentations as JSON" code={JSON.stringify({ augment }, null, 2)} />
        </Card>
      </div>
    </Page>
  )
}
