import { useCallback, useState } from 'react'
import { draftKey, keptDraft, newDraft, typedSpec, type Draft, type Typed } from './draft.ts'

interface Drafting {
  draft: Draft
  typed: Typed
  /** The last text that was a spec: what the form shows while the JSON is being typed. */
  spec: Record<string, unknown>
  change: (part: Partial<Draft>) => void
  /** As the page was opened. */
  restart: () => void
  /** Nothing is kept any more: it was submitted. */
  forget: () => void
}

/** What is typed on the page; kept in this tab, so that a reload loses nothing. */
export function useDraft(parts: readonly (string | undefined)[], given: Partial<Draft>): Drafting {
  const key = draftKey(parts)
  const [draft, setDraft] = useState(() => keptDraft(sessionStorage.getItem(key), newDraft(given)))
  const typed = typedSpec(draft.text)
  const [last, setLast] = useState(() => ('spec' in typed ? typed.spec : {}))
  const change = useCallback(
    (part: Partial<Draft>) => {
      setDraft((before) => {
        const next = { ...before, ...part }
        sessionStorage.setItem(key, JSON.stringify(next))
        return next
      })
      if (part.text === undefined) return
      const now = typedSpec(part.text)
      if ('spec' in now) setLast(now.spec)
    },
    [key],
  )
  return {
    draft,
    typed,
    spec: last,
    change,
    restart: () => change(newDraft(given)),
    forget: () => sessionStorage.removeItem(key),
  }
}
