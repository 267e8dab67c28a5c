import { useQuery } from '@tanstack/react-query'
import { Download } from 'lucide-react'
import { sessionQuery } from '../session.ts'
import { Button } from '../ui/button.tsx'
import { useSave } from './save-file.ts'

interface DownloadProps {
  path: string
  fileName: string
  /** What it says: `Download` by default. */
  text?: string
  /** For readers of the screen, where the text alone does not say what it is. */
  label?: string
  accept?: string
}

/**
 * Saves a file of the service. The browser streams it to the disk by itself, unless the request needs more than the cookie: a person of several
 * teams says which one they mean, and a type of content is asked for.
 */
export function DownloadButton({ path, fileName, text = 'Download', label, accept }: DownloadProps) {
  const { data: session } = useQuery(sessionQuery)
  const save = useSave()
  const content = (
    <>
      <Download aria-hidden />
      {text}
    </>
  )
  if (session?.teams.length === 1 && accept === undefined)
    return (
      <a className="button small" href={path} download={fileName} aria-label={label}>
        {content}
      </a>
    )
  return (
    <Button
      size="small"
      busy={save.isPending}
      aria-label={label}
      onClick={() => save.mutate({ path, fileName, accept })}
    >
      {content}
    </Button>
  )
}
