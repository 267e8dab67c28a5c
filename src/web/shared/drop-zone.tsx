import { useRef, useState, type DragEvent, type ReactNode } from 'react'
import { Button } from '../ui/button.tsx'
import './drop-zone.css'

export interface Choice {
  /** On the button. */
  label: string
  kind?: 'primary' | 'plain'
  accept?: string
  /** A whole folder is chosen. */
  folder?: boolean
}

interface DropZoneProps {
  choices: readonly Choice[]
  onFiles: (files: File[]) => void
  /** How what was dropped is read; the files themselves by default. */
  read?: (transfer: DataTransfer) => Promise<File[]>
  children: ReactNode
}

/** Takes files that are dropped on it, or chosen with one of its buttons. */
export function DropZone({ choices, onFiles, read, children }: DropZoneProps) {
  const [isOver, setOver] = useState(false)
  const over = (event: DragEvent): void => {
    event.preventDefault()
    setOver(true)
  }
  const drop = (event: DragEvent): void => {
    event.preventDefault()
    setOver(false)
    const { dataTransfer } = event
    if (read === undefined) onFiles([...dataTransfer.files])
    else void read(dataTransfer).then(onFiles)
  }
  return (
    <div
      className="drop-zone"
      data-over={isOver || undefined}
      onDragOver={over}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      {children}
      <div className="row">
        {choices.map((choice) => (
          <FileButton key={choice.label} choice={choice} onFiles={onFiles} />
        ))}
      </div>
    </div>
  )
}

function FileButton({ choice, onFiles }: { choice: Choice; onFiles: (files: File[]) => void }) {
  const input = useRef<HTMLInputElement>(null)
  return (
    <>
      <Button kind={choice.kind} onClick={() => input.current?.click()}>
        {choice.label}
      </Button>
      <input
        ref={input}
        hidden
        type="file"
        aria-label={choice.label}
        multiple
        accept={choice.accept}
        webkitdirectory={choice.folder === true ? '' : undefined}
        onChange={({ target }) => {
          onFiles([...(target.files ?? [])])
          target.value = ''
        }}
      />
    </>
  )
}
