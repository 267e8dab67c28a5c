import { useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { components } from '../../../clients/typescript/src/schema.ts'
import { api, data } from '../api.ts'
import { counted, figure } from '../format.ts'
import { AugmentPreview } from '../shared/augment-preview.tsx'
import { DatasetChoice } from '../shared/dataset-choice.tsx'
import { Button, ButtonLink } from '../ui/button.tsx'
import { Card, Facts } from '../ui/card.tsx'
import { CodeBlock } from '../ui/code-block.tsx'
import { ConfirmDialog } from '../ui/dialog.tsx'
import { Page } from '../ui/page.tsx'
import { ErrorState, Loading } from '../ui/states.tsx'
import { Time } from '../ui/time.tsx'
import { useToast } from '../ui/toast.tsx'
import { lossText, subPolicyText, type Policy } from './sub-policies.ts'

type SavedPolicy = components['schemas']['SavedPolicy']

const route = getRouteApi('/policies/$name')

/** One policy: what its search measured, what it does, and what it makes of images. */
export function PolicyPage() {
  const { name } = route.useParams()
  const policy = useQuery({
    queryKey: ['policies', name],
    queryFn: ({ signal }) => data(api.GET('/v1/policies/{name}', { params: { path: { name } }, signal })),
  })
  if (policy.data !== undefined) return <PolicyView policy={policy.data} />
  return (
    <Page title={name} above={<Link to="/policies">Policies</Link>}>
      {policy.isError ? (
        <ErrorState error={policy.error} onRetry={() => void policy.refetch()} />
      ) : (
        <Loading what="Loading the policy" />
      )}
    </Page>
  )
}

function PolicyView({ policy: { name, job, search, createdAt, policy } }: { policy: SavedPolicy }) {
  const { dataset = '' } = route.useSearch()
  const navigate = route.useNavigate()
  const [seed, setSeed] = useState(0)
  const [rows, setRows] = useState(4)
  const augment = [{ name: 'auto-augment', policy: name }]
  return (
    <Page title={name} above={<Link to="/policies">Policies</Link>} actions={<Actions name={name} />}>
      <Card>
        <Facts
          facts={[
            ['Found by', search?.method ?? 'saved by hand'],
            ...(search === null ? [] : lossesOf(search)),
            ...(job === null
              ? []
              : [
                  [
                    'Job of the search',
                    <Link key="job" to="/jobs/$id" params={{ id: job }}>
                      {job}
                    </Link>,
                  ] as const,
                ]),
            ['Saved', <Time key="saved" at={createdAt} />],
          ]}
        />
        <CodeBlock label="The policy in a spec" code={JSON.stringify({ augment })} />
      </Card>
      <Card title="Images">
        <DatasetChoice value={dataset} onChange={(id) => void navigate({ search: { dataset: id }, replace: true })} />
        <AugmentPreview dataset={dataset} augment={augment} seed={seed} onSeed={setSeed} rows={rows} onRows={setRows} />
      </Card>
      <Content policy={policy} />
    </Page>
  )
}

function lossesOf({ method, baseline, found }: NonNullable<SavedPolicy['search']>): [string, string][] {
  const [without, under] =
    method === 'rand-augment'
      ? ['Loss of held-out images, trained with no policy', 'Trained with it']
      : ['Loss of held-out images as they are', 'Under the policy']
  return [
    [without, lossText(baseline)],
    [under, lossText(found)],
  ]
}

function Content({ policy }: { policy: Policy }) {
  if ('numOps' in policy)
    return (
      <Card title="RandAugment">
        <p>
          {counted(policy.numOps, 'operation')} per image, drawn uniformly, of magnitude {figure(policy.magnitude)} of
          30.
        </p>
      </Card>
    )
  return (
    <Card title={`Sub-policies (${policy.length})`}>
      <p className="faint">Every image gets one of them, drawn uniformly.</p>
      <ol>
        {policy.map((operations, index) => (
          <li key={index}>{subPolicyText(operations)}</li>
        ))}
      </ol>
    </Card>
  )
}

function Actions({ name }: { name: string }) {
  const queries = useQueryClient()
  const navigate = route.useNavigate()
  const toast = useToast()
  const [isAsked, setAsked] = useState(false)
  const remove = async (): Promise<void> => {
    await data(api.DELETE('/v1/policies/{name}', { params: { path: { name } } }))
    await navigate({ to: '/policies' })
    queries.removeQueries({ queryKey: ['policies', name] })
    void queries.invalidateQueries({ queryKey: ['policies'] })
    toast.done(`The policy ${name} is deleted.`)
  }
  return (
    <>
      <ButtonLink to="/new-job" search={{ policy: name }} kind="primary">
        Use in a new job
      </ButtonLink>
      <ButtonLink to="/augmentation" search={{ policy: name }}>
        Try with other augmentations
      </ButtonLink>
      <Button kind="danger" onClick={() => setAsked(true)}>
        Delete
      </Button>
      <ConfirmDialog
        title={`Delete the policy ${name}?`}
        confirm="Delete the policy"
        danger
        open={isAsked}
        onClose={() => setAsked(false)}
        onConfirm={remove}
      >
        Jobs that were submitted with it hold it in full and are not affected.
      </ConfirmDialog>
    </>
  )
}
