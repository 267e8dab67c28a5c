import { Check, Copy } from 'lucide-react'
import { useEffect, useState } from 'react'
import { IconButton } from './button.tsx'

const SHOWN_MS = 2000

export function CopyButton({ text, label = 'Copy' }: { text: string; label?: string }) {
  const [isDone, setDone] = useState(false)
  useEffect(() => {
    if (!isDone) return undefined
    const timer = window.setTimeout(() => setDone(false), SHOWN_MS)
    return () => window.clearTimeout(timer)
  }, [isDone])
  const copy = (): void => void copyText(text).then(() => setDone(true))
  return (
    <IconButton
      size="small"
      label={isDone ? 'Copied' : label}
      icon={isDone ? <Check aria-hidden /> : <Copy aria-hidden />}
      onClick={copy}
    />
  )
}

/** Pages that came over plain HTTP have no clipboard of their own. */
export async function copyText(text: string): Promise<void> {
  if (window.isSecureContext) {
    await navigator.clipboard.writeText(text)
    return
  }
  const area = document.createElement('textarea')
  area.value = text
  document.body.append(area)
  area.select()
  document.execCommand('copy')
  area.remove()
}
