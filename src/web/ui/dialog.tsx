import { Dialog as BaseDialog } from '@base-ui/react/dialog'
import { X } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { Button } from './button.tsx'
import './dialog.css'
import { ErrorState } from './states.tsx'

interface DialogProps {
  title: string
  open: boolean
  onClose: () => void
  wide?: boolean
  children: ReactNode
}

export function Dialog({ title, open, onClose, wide = false, children }: DialogProps) {
  return (
    <BaseDialog.Root open={open} onOpenChange={(isOpen) => !isOpen && onClose()}>
      <BaseDialog.Portal>
        <BaseDialog.Backdrop className="dialog-backdrop" />
        <BaseDialog.Popup className={wide ? 'dialog wide' : 'dialog'}>
          <div className="dialog-head">
            <BaseDialog.Title render={<h2 />}>{title}</BaseDialog.Title>
            <BaseDialog.Close className="button small" aria-label="Close" data-icon>
              <X aria-hidden />
            </BaseDialog.Close>
          </div>
          {children}
        </BaseDialog.Popup>
      </BaseDialog.Portal>
    </BaseDialog.Root>
  )
}

interface ConfirmDialogProps {
  title: string
  /** What will happen, and what will not. */
  children: ReactNode
  confirm: string
  danger?: boolean
  open: boolean
  onClose: () => void
  onConfirm: () => Promise<unknown>
}

/** Asks before something that cannot simply be undone; stays open, with the reason, where it is refused. */
export function ConfirmDialog({
  title,
  children,
  confirm,
  danger = false,
  open,
  onClose,
  onConfirm,
}: ConfirmDialogProps) {
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  const close = (): void => {
    setError(undefined)
    onClose()
  }
  const run = async (): Promise<void> => {
    setBusy(true)
    setError(undefined)
    try {
      await onConfirm()
      close()
    } catch (reason) {
      setError(reason)
    } finally {
      setBusy(false)
    }
  }
  return (
    <Dialog title={title} open={open} onClose={close}>
      <div>{children}</div>
      {error !== undefined && <ErrorState error={error} />}
      <div className="row end">
        <Button onClick={close}>Keep as it is</Button>
        <Button kind={danger ? 'danger' : 'primary'} busy={busy} onClick={() => void run()}>
          {confirm}
        </Button>
      </div>
    </Dialog>
  )
}
