import { useMutation, useQuery } from '@tanstack/react-query'
import { Download } from 'lucide-react'
import { file } from '../api.ts'
import { sessionQuery } from '../session.ts'
import { Button } from '../ui/button.tsx'
import { useToast } from '../ui/toast.tsx'

interface SaveButtonProps {
  /** Of the service. */
  path: string
  fileName: string
  text: string
}

/** Saves a file of the service. The browser does so by itself, unless somebody of several teams has to say which one they mean. */
export function SaveButton({ path, fileName, text }: SaveButtonProps) {
  const { data: session } = useQuery(sessionQuery)
  const save = useSave()
  const content = (
    <>
      <Download aria-hidden />
      {text}
    </>
  )
  if (session?.teams.length === 1)
    return (
      <a className="button" href={path} download={fileName}>
        {content}
      </a>
    )
  return (
    <Button busy={save.isPending} onClick={() => save.mutate({ path, fileName })}>
      {content}
    </Button>
  )
}

/** Reads a file, and hands it to the browser to save. */
export function useSave() {
  const toast = useToast()
  return useMutation({
    mutationFn: async ({ path, fileName, accept }: { path: string; fileName: string; accept?: string }) => {
      const url = URL.createObjectURL(await (await file(path, undefined, accept)).blob())
      const link = document.createElement('a')
      link.href = url
      link.download = fileName
      link.click()
      URL.revokeObjectURL(url)
    },
    onError: toast.error,
  })
}
