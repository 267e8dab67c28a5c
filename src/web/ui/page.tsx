import { useEffect, type ReactNode } from 'react'
import './page.css'

interface PageProps {
  /** Also the title of the tab. */
  title: string
  /** Beside the heading: a state, an id. */
  beside?: ReactNode
  actions?: ReactNode
  /** Above the heading: where the page belongs. */
  above?: ReactNode
  narrow?: boolean
  children: ReactNode
}

export function Page({ title, beside, actions, above, narrow = false, children }: PageProps) {
  useEffect(() => {
    document.title = `${title} – Anneal`
  }, [title])
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
