import { Toast } from '@base-ui/react/toast'
import { X } from 'lucide-react'
import { useMemo, type ReactNode } from 'react'
import { messageOf } from './states.tsx'
import './toast.css'

/** What was done, or why it was not, said in a corner of the page and to readers of the screen. */
export function Toasts({ children }: { children: ReactNode }) {
  return (
    <Toast.Provider limit={4}>
      {children}
      <Toast.Portal>
        <Toast.Viewport className="toasts">
          <ToastList />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  )
}

function ToastList() {
  const { toasts } = Toast.useToastManager()
  return toasts.map((toast) => (
    <Toast.Root key={toast.id} toast={toast} className={`toast ${toast.type ?? ''}`}>
      <Toast.Content className="toast-content">
        <Toast.Title className="toast-text" render={<p />} />
        <Toast.Close className="button small" aria-label="Close" data-icon>
          <X aria-hidden />
        </Toast.Close>
      </Toast.Content>
    </Toast.Root>
  ))
}

interface Say {
  done(text: string): void
  error(error: unknown): void
}

export function useToast(): Say {
  const { add } = Toast.useToastManager()
  return useMemo(
    () => ({
      done: (text) => void add({ title: text, type: 'done' }),
      error: (error) => void add({ title: messageOf(error), type: 'error', timeout: 0, priority: 'high' }),
    }),
    [add],
  )
}
