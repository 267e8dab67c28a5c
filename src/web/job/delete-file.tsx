import { useQueryClient } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'
import { useTeam } from '../shared/use-team.ts'
import { Button } from '../ui/button.tsx'
import { ConfirmDialog } from '../ui/dialog.tsx'
import { useToast } from '../ui/toast.tsx'

interface DeleteFileProps {
  job: string
  /** Within a sentence: `the best checkpoint`. */
  what: string
  remove: () => Promise<unknown>
  /** What goes, and what stays. */
  children: ReactNode
}

/** Puts something that a job has left into the trash, for those who may. */
export function DeleteFile({ job, what, remove, children }: DeleteFileProps) {
  const queries = useQueryClient()
  const toast = useToast()
  const { may } = useTeam()
  const [isOpen, setOpen] = useState(false)
  if (!may('write')) return null
  const confirm = async (): Promise<void> => {
    await remove()
    toast.done(`${what.charAt(0).toUpperCase()}${what.slice(1)} is in the trash.`)
    await queries.invalidateQueries({ queryKey: ['jobs', job] })
  }
  return (
    <>
      <Button size="small" aria-label={`Delete ${what}`} onClick={() => setOpen(true)}>
        Delete…
      </Button>
      <ConfirmDialog
        title={`Delete ${what}?`}
        confirm="Delete"
        danger
        open={isOpen}
        onClose={() => setOpen(false)}
        onConfirm={confirm}
      >
        {children}
      </ConfirmDialog>
    </>
  )
}
