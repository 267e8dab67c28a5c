import './code-block.css'
import { CopyButton } from './copy-button.tsx'

/** Text to read and to copy; long lines scroll. */
export function CodeBlock({ label, code }: { label: string; code: string }) {
  return (
    <div className="code-block">
      <pre tabIndex={0} role="region" aria-label={label}>
        {code}
      </pre>
      <CopyButton text={code} />
    </div>
  )
}
