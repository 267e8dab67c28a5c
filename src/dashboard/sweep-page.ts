import type { Sweep, SweepTrial } from '../service/sweep-resources.ts'
import { get, post, svg } from './api.ts'
import { comparisonChoice } from './comparison-choice.ts'
import { confirmed } from './confirmed.ts'
import { card, h, morph, percent, setTitle, shown, when, type Child } from './dom.ts'
import { live } from './live.ts'
import { messageOf, showNotice } from './notice.ts'
import { table, type Column } from './table.ts'

/** One sweep with its trials, live until it has ended. Returns what stops the refreshing. */
export function sweepPage(page: HTMLElement, id: string, fail: (error: unknown) => void): () => void {
  const choice = comparisonChoice()
  const parts = { head: h('section'), chart: h('div', { class: 'chart' }), result: h('div'), trials: h('div') }
  const spec = h('pre')
  let drawn = ''
  let plotted = ''
  const refresh = async (left: () => boolean): Promise<'again' | 'over'> => {
    const sweep = await get<Sweep>(`/v1/sweeps/${id}`)
    const [now, values] = [
      JSON.stringify(sweep),
      JSON.stringify([sweep.trials.map(({ value }) => value), sweep.result]),
    ]
    const hasChart =
      sweep.kind === 'range-test' ? sweep.result !== null : sweep.kind !== 'policy-search' && sweep.best !== null
    if (hasChart && values !== plotted) {
      const chart = await svg(`/v1/sweeps/${id}/chart`)
      if (!left()) parts.chart.replaceChildren(chart)
      plotted = values
    }
    if (!left() && now !== drawn) {
      setTitle(sweep.name || sweep.id, sweep.state)
      morph(parts.head, ...heading(sweep, () => void cancel(sweep)))
      morph(parts.result, ...resultOf(sweep))
      morph(parts.trials, trialTable(sweep, choice.box))
      spec.textContent = JSON.stringify(sweep.spec, null, 2)
    }
    drawn = now
    return sweep.state === 'running' ? 'again' : 'over'
  }
  const looking = live(refresh, fail)
  const cancel = async ({ name }: Sweep): Promise<void> => {
    const question = {
      title: `Cancel ${name || id}?`,
      consequence: 'Trials that have not ended are canceled; what has ended is kept.',
      confirm: 'Cancel the sweep',
    }
    if (!(await confirmed(question))) return
    await post(`/v1/sweeps/${id}/cancel`).catch((error: unknown) => showNotice(messageOf(error)))
    looking.now()
  }
  parts.chart.append(h('p', { class: 'faint' }, 'No chart yet.'))
  page.replaceChildren(
    parts.head,
    h('div', { class: 'grid' }, card('Trials', parts.trials, h('div', { class: 'buttons' }, choice.button))),
    h('div', { class: 'grid' }, card('Chart', parts.chart, parts.result), card('Spec of every trial', spec)),
  )
  return () => looking.stop()
}

function heading(
  { id, name, kind, state, counts, objective, best, reason, createdAt }: Sweep,
  cancel: () => void,
): Child[] {
  return [
    h(
      'div',
      { class: 'title' },
      h('h1', {}, name || id),
      h('span', { class: `state ${state}` }, state),
      state === 'running' && h('button', { click: cancel, 'data-key': 'cancel' }, 'Cancel'),
    ),
    h('div', { class: 'faint' }, `${id} · ${kind} · ${when(createdAt)}`),
    ...(reason === null ? [] : [h('p', { class: 'error' }, `${reason.code}: ${reason.detail}`)]),
    h(
      'p',
      {},
      `${counts.ended} of ${counts.trials} trials ended`,
      best === null ? '' : `; best ${objective.metric} ${shown(best.value)}, of #${best.number}`,
    ),
    h('progress', { max: String(counts.trials), value: String(counts.ended), 'aria-label': 'trials ended' }),
  ]
}

function trialTable(
  { trials, objective, rungs, best }: Sweep,
  box: (job: { id: string; name: string }) => HTMLElement,
): HTMLElement {
  const fields = [...new Set(trials.flatMap(({ parameters }) => Object.keys(parameters)))]
  const isBest = ({ number }: SweepTrial): boolean => trials.length > 1 && number === best?.number
  const columns: Column<SweepTrial>[] = [
    {
      title: '',
      label: 'compare',
      cell: ({ job, number, accuracy }) => (accuracy === null ? '' : box({ id: job, name: `trial ${number}` })),
    },
    {
      title: 'trial',
      cell: (trial) =>
        h(
          'span',
          {},
          h('a', { href: `#/jobs/${trial.job}` }, `#${trial.number}`),
          isBest(trial) && h('b', { class: 'mark' }, 'best'),
        ),
    },
    {
      title: 'state',
      cell: ({ state, reason }) =>
        h('span', { class: `state ${state}`, ...(reason === null ? {} : { title: reason.detail }) }, state),
    },
    ...fields.map((pointer) => ({
      title: pointer.slice(1),
      number: trials.every(({ parameters }) => typeof parameters[pointer] === 'number'),
      cell: ({ parameters }: SweepTrial) => shown(parameters[pointer]),
    })),
    { title: objective.metric, number: true, cell: ({ value }) => (value === null ? '–' : shown(value)) },
    { title: 'test', number: true, cell: ({ accuracy }) => percent(accuracy) },
    ...(rungs.length > 1
      ? [{ title: 'budget', number: true, cell: ({ done }: SweepTrial) => `${Math.round(100 * done)} %` }]
      : []),
  ]
  return table(columns, trials, (trial) => ({ 'data-key': trial.job, ...(isBest(trial) ? { class: 'best' } : {}) }))
}

/** What a range test or a policy search says. */
function resultOf({ result }: Sweep): Node[] {
  if (result === null) return []
  if ('policy' in result)
    return [
      result.policy === null
        ? h('p', {}, 'The search ended before anything was tried: there is no policy.')
        : h('p', {}, 'What was found is saved for the team: ', h('a', { href: '#/policies' }, 'the team’s policies')),
    ]
  const { suggestion } = result
  if (suggestion === null)
    return [h('p', {}, 'The loss fell no more than its noise: no learning rate can be suggested.')]
  const rate = (label: string, value: number): HTMLElement =>
    h('div', {}, h('b', {}, shown(value)), h('span', { class: 'faint' }, label))
  return [
    h(
      'div',
      { class: 'numbers' },
      rate('base: the loss has begun to fall', suggestion.base),
      rate('steepest: safe for any schedule', suggestion.steepest),
      rate('maximum: the loss still falls', suggestion.maximum),
    ),
  ]
}
