import { useNavigate } from '@tanstack/react-router'
import type { JobInfo } from '../../../clients/typescript/src/types.ts'
import { DatasetChoice, VersionChoice } from '../shared/dataset-choice.tsx'
import type { SpecContext } from '../shared/spec-form/form-context.ts'
import type { JsonSchema } from '../shared/spec-form/form-schema.ts'
import { SpecForm } from '../shared/spec-form/spec-form.tsx'
import { isObject } from '../shared/spec-form/value-paths.ts'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { SelectField } from '../ui/field.tsx'
import { Page } from '../ui/page.tsx'
import { ErrorState } from '../ui/states.tsx'
import { useToast } from '../ui/toast.tsx'
import { AugmentCard } from './augment-card.tsx'
import { KINDS, written, type Draft } from './draft.ts'
import { ForkFields } from './fork-fields.tsx'
import './job-editor.css'
import { JsonEditor } from './json-editor.tsx'
import { mistakesOf } from './mistakes.ts'
import { Outcome, QuotaLine } from './outcome.tsx'
import { pointersOf } from './pointers.ts'
import { Reasons } from './reasons.tsx'
import { RecipeChoice } from './recipe-choice.tsx'
import { datasetRef, forkRequest, jobRequest, patched, sweepRequest } from './requests.ts'
import { SettingsFields } from './settings-fields.tsx'
import { budgetsOf, trialsOf } from './space.ts'
import { SweepFields } from './sweep-fields.tsx'
import { useCheck } from './use-check.ts'
import { useDraft } from './use-draft.ts'
import { useSubmit, type Request } from './use-submit.ts'

interface JobEditorProps {
  title: string
  schema: JsonSchema
  /** Of a fork: the job that it is made from. */
  parent: JobInfo | undefined
  draftParts: readonly (string | undefined)[]
  given: Partial<Draft>
}

/** Fields of the spec that stand elsewhere on the page. */
const ELSEWHERE: ReadonlySet<string> = new Set(['name', 'recipe', 'dataset'])

/** One function: one draft, which every part of the page reads and changes. */
export function JobEditor({ title, schema, parent, draftParts, given }: JobEditorProps) {
  const navigate = useNavigate()
  const toast = useToast()
  const { draft, typed, spec, change: keep, restart, forget } = useDraft(draftParts, given)
  const checkedSpec = checkedSpecOf(draft, spec, parent)
  const check = useCheck('spec' in typed && draft.dataset !== '' ? jobRequest(settled(draft), checkedSpec) : undefined)
  const submit = useSubmit((request, { id }) => {
    forget()
    toast.done(request.to === 'sweeps' ? 'The sweep is submitted.' : 'The job is submitted.')
    void navigate(request.to === 'sweeps' ? { to: '/sweeps/$id', params: { id } } : { to: '/jobs/$id', params: { id } })
  })
  // What was wrong with the last request says nothing of the next.
  const change = (part: Partial<Draft>): void => {
    if (submit.isError) submit.reset()
    keep(part)
  }
  const setSpec = (next: Record<string, unknown>): void => change({ text: written(next) })
  const mistakes = mistakesOf(check.problem, submit.error, draft.kind !== 'job' || parent !== undefined)
  const { checked } = check
  const context: SpecContext = {
    resolved: checked?.spec,
    reasons: isObject(checked?.reasons) ? (checked.reasons as Record<string, string>) : {},
    mistakes: mistakes.inSpec,
  }
  const fields = Object.keys(schema.properties ?? {}).filter((key) => !ELSEWHERE.has(key))
  const send = (): void => submit.mutate(requestOf(draft, spec, parent))
  const isSweep = draft.kind !== 'job'
  return (
    <Page title={title} actions={<Button onClick={restart}>Start again</Button>}>
      <div className="job-editor">
        <div className="stack">
          <Card title="Data and task">
            <div className="form-fields">
              <DatasetChoice
                value={draft.dataset}
                onChange={(dataset) => change({ dataset, version: null })}
                error={mistakes.elsewhere.find(({ pointer }) => pointer === '/dataset')?.detail}
              />
              <VersionChoice
                dataset={draft.dataset}
                value={draft.version}
                onChange={(version) => change({ version })}
              />
              {parent === undefined && (
                <SelectField
                  label="What to run"
                  value={draft.kind}
                  options={KINDS}
                  onChange={(text) => change({ kind: KINDS.find(({ value }) => value === text)?.value ?? 'job' })}
                />
              )}
              {parent === undefined && (
                <RecipeChoice
                  value={typeof spec['recipe'] === 'string' ? spec['recipe'] : ''}
                  onChange={(recipe) => setSpec(withRecipe(spec, recipe))}
                />
              )}
            </div>
          </Card>
          {parent !== undefined && (
            <Card title="Fork">
              <ForkFields
                parent={parent}
                draft={draft}
                changes={spec}
                change={change}
                error={mistakes.elsewhere.find(({ pointer }) => pointer === '/checkpoint')?.detail}
              />
            </Card>
          )}
          {isSweep && (
            <Card title={draft.kind === 'range-test' || draft.kind === 'policy-search' ? 'Options' : 'What varies'}>
              <SweepFields
                draft={draft}
                change={change}
                mistakes={mistakes.elsewhere}
                pointers={pointersOf(checked?.spec)}
              />
            </Card>
          )}
          <Card title={isSweep ? 'What every trial starts from' : 'Training'}>
            <SpecForm id="spec" schema={schema} fields={fields} value={spec} onChange={setSpec} context={context} />
          </Card>
          <AugmentCard dataset={datasetRef(draft)} resolved={checked?.spec} />
          <Card title="Name and settings">
            <SettingsFields draft={draft} change={change} mistakes={mistakes.elsewhere} />
          </Card>
        </div>
        <div className="job-editor-side">
          <Card title="Spec">
            <JsonEditor
              label={parent === undefined ? 'As JSON' : 'Changes as JSON'}
              description={
                parent === undefined
                  ? 'What you leave out is chosen from the data.'
                  : 'Only what differs from the parent; null chooses the default again.'
              }
              text={draft.text}
              onChange={(text) => change({ text })}
              problem={'problem' in typed ? typed.problem : undefined}
              mistakes={mistakes.inSpec}
            />
          </Card>
          <Card title="What will run">
            <div className="stack tight" aria-busy={check.isChecking || undefined}>
              <Outcome check={check} trials={trialsIn(draft)} />
              {checked !== undefined && <Reasons checked={checked} />}
              <QuotaLine />
              {submit.isError && <ErrorState error={submit.error} />}
              <div className="row">
                <Button
                  kind="primary"
                  busy={submit.isPending}
                  disabled={draft.dataset === '' || 'problem' in typed}
                  onClick={send}
                >
                  {isSweep ? 'Submit the sweep' : 'Submit the job'}
                </Button>
              </div>
            </div>
          </Card>
        </div>
      </div>
    </Page>
  )
}

/** Changes of what does not matter to the check ask nothing again. */
const settled = (draft: Draft): Draft => ({
  ...draft,
  name: '',
  notes: '',
  ...(draft.kind === 'job' ? {} : { tags: '', settings: {} }),
})

/** The spec that would run: of a fork the parent's with the changes. */
function checkedSpecOf(draft: Draft, spec: Record<string, unknown>, parent: JobInfo | undefined) {
  if (parent === undefined || !isObject(parent.spec)) return spec
  const own = { ...parent.spec, name: '' }
  if (draft.mode === 'continue' || draft.checkpoint === '') return patched(own, spec)
  return patched(patched(own, { model: { pretrained: { checkpoint: draft.checkpoint } } }), spec)
}

function requestOf(draft: Draft, spec: Record<string, unknown>, parent: JobInfo | undefined): Request {
  if (parent !== undefined) {
    const body = forkRequest(draft, spec, `${parent.dataset}@${parent.datasetVersion}`)
    return { to: 'fork', job: parent.id, body }
  }
  return draft.kind === 'job'
    ? { to: 'jobs', body: jobRequest(draft, spec) }
    : { to: 'sweeps', body: sweepRequest(draft, draft.kind, spec) }
}

function withRecipe(spec: Record<string, unknown>, recipe: string): Record<string, unknown> {
  const others = Object.entries(spec).filter(([key]) => key !== 'recipe')
  return Object.fromEntries(recipe === '' ? others : [['recipe', recipe], ...others])
}

function trialsIn({ kind, varied, trials, halving }: Draft): { count: number; budgets: number } | undefined {
  if (kind !== 'grid' && kind !== 'random' && kind !== 'asha') return undefined
  const count = trialsOf(kind, varied, Number(trials))
  if (count === null) return undefined
  const { eta, minimum } = halving
  const options = { eta: typeof eta === 'number' ? eta : 3, minimum: typeof minimum === 'number' ? minimum : 0.1 }
  return { count, budgets: budgetsOf(kind, count, options) }
}
