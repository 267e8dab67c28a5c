import { useEffect, type ReactNode } from 'react'
import './page.css'

interface PageProps {
  /** Also the title of the tab, unless that has its own. */
  title: string
  /** Of the tab, where it says more than the heading. */
  tabTitle?: string
  /** Beside the heading: a state, an id. */
  beside?: ReactNode
  actions?: ReactNode
  /** Above the heading: where the page belongs. */
  above?: ReactNode
  narrow?: boolean
  children: ReactNode
}

export function Page({ title, tabTitle = title, beside, actions, above, narrow = false, children }: PageProps) {
  useEffect(() => {
    document.title = `${tabTitle} – Anneal`
  }, [tabTitle])
  return (
    <div className={narrow ? 'page narrow' : 'page'}>
      {above !== undefined && <div className="page-above">{above}</div>}
      <div className="page-head">
        <h1>{title}</h1>
        {beside}
        {actions !== undefined && <div className="page-actions">{actions}</div>}
      </div>
      {children}
    </div>
  )
}
