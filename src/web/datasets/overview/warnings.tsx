import { useState } from 'react'
import { count } from '../../format.ts'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'

/** Of many classes each may have warnings of its own. */
const MAX_SHOWN = 8

export function Warnings({ warnings }: { warnings: readonly string[] }) {
  const [isWhole, setWhole] = useState(false)
  const shown = isWhole ? warnings : warnings.slice(0, MAX_SHOWN)
  return (
    <Card title="Warnings">
      <ul className="plain stack tight" aria-label="Warnings">
        {shown.map((warning) => (
          <li key={warning} className="break">
            <Badge tone="warn">warning</Badge> {warning}
          </li>
        ))}
      </ul>
      {warnings.length > MAX_SHOWN && (
        <div className="row">
          <Button size="small" aria-expanded={isWhole} onClick={() => setWhole(!isWhole)}>
            {isWhole ? `Show the first ${MAX_SHOWN}` : `Show all ${count(warnings.length)} warnings`}
          </Button>
        </div>
      )}
    </Card>
  )
}
