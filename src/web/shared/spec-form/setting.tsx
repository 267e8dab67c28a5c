import { RotateCcw } from 'lucide-react'
import type { ReactNode } from 'react'
import { IconButton } from '../../ui/button.tsx'
import './spec-form.css'

interface SettingProps {
  label: string
  /** Whether it differs from what would be chosen without it. */
  isGiven: boolean
  onReset: () => void
  children: ReactNode
}

/** A field of a spec: marked where it is given, with a way back to the default. */
export function Setting({ label, isGiven, onReset, children }: SettingProps) {
  return (
    <div className="setting" data-given={isGiven || undefined}>
      {children}
      {isGiven && (
        <span className="setting-reset">
          <IconButton size="small" label={`Reset ${label}`} icon={<RotateCcw aria-hidden />} onClick={onReset} />
        </span>
      )}
    </div>
  )
}

/** What a field does, and why its default is what it is. */
export const about = (description: string | undefined, reason: string | undefined): string | undefined => {
  const texts = [description, reason === undefined ? undefined : `Chosen: ${reason}.`]
  const text = texts.filter((each) => each !== undefined && each !== '').join(' ')
  return text === '' ? undefined : text
}
