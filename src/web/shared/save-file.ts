import { useMutation } from '@tanstack/react-query'
import { file } from '../api.ts'
import { useToast } from '../ui/toast.tsx'

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
