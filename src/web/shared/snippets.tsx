import { useState } from 'react'
import { Card } from '../ui/card.tsx'
import { CodeBlock } from '../ui/code-block.tsx'
import { SelectField } from '../ui/field.tsx'
import { predictSnippets } from './predict-snippets.ts'
import type { Predictor } from './predictor.ts'

/** How a program has images predicted. */
export function Snippets({ by, checkpoint }: { by: Predictor; checkpoint: string }) {
  const snippets = predictSnippets({ by, checkpoint, origin: window.location.origin })
  const [language, setLanguage] = useState(snippets[0]?.language ?? '')
  const shown = snippets.find((snippet) => snippet.language === language)
  return (
    <Card title="From a program">
      <div className="row">
        <SelectField
          label="Language"
          options={snippets.map((snippet) => ({ value: snippet.language, label: snippet.language }))}
          value={language}
          onChange={setLanguage}
        />
      </div>
      {shown !== undefined && <CodeBlock label={`Predict an image: ${shown.language}`} code={shown.code} />}
    </Card>
  )
}
