import { Button } from '../ui/button.tsx'
import { CodeBlock } from '../ui/code-block.tsx'

/** A secret at the only moment at which anybody sees it. */
export function ShownSecret({ what, secret, onClose }: { what: string; secret: string; onClose: () => void }) {
  return (
    <div className="stack">
      <p>Copy it now and keep it where secrets belong: it is shown this once, and stored nowhere.</p>
      <CodeBlock label={what} code={secret} />
      <div className="row end">
        <Button kind="primary" onClick={onClose}>
          I have copied it
        </Button>
      </div>
    </div>
  )
}
