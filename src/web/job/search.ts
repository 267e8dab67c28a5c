import { curveLook, type CurveLook } from '../shared/curve-look.ts'

export const TABS = ['curves', 'report', 'mistakes', 'spec', 'log', 'events', 'model'] as const
export type TabId = (typeof TABS)[number]

interface JobSearch extends CurveLook {
  tab?: TabId
}

export function jobSearch(search: Record<string, unknown>): JobSearch {
  const tab = TABS.find((each) => each === search['tab'])
  return { ...curveLook(search), ...(tab === undefined ? {} : { tab }) }
}
