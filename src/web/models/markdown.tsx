import type { ReactNode } from 'react'
import { blocksOf, spansOf, type Block } from './markdown-blocks.ts'
import './markdown.css'

/** Markdown as elements: nothing of it is read as HTML. */
export function Markdown({ text }: { text: string }) {
  return (
    <div className="markdown stack tight">
      {blocksOf(text).map((block, i) => (
        <BlockView key={`${i} ${block.kind}`} block={block} />
      ))}
    </div>
  )
}

function BlockView({ block }: { block: Block }): ReactNode {
  switch (block.kind) {
    case 'heading':
      return block.level <= 2 ? (
        <h3>
          <Spans text={block.text} />
        </h3>
      ) : (
        <h4>
          <Spans text={block.text} />
        </h4>
      )
    case 'list':
      return (
        <ul>
          {block.items.map((item) => (
            <li key={item} className="break">
              <Spans text={item} />
            </li>
          ))}
        </ul>
      )
    case 'table':
      return (
        <div className="data-table" tabIndex={0} role="group" aria-label={block.head.join(', ')}>
          <table>
            <thead>
              <tr>
                {block.head.map((cell) => (
                  <th key={cell} scope="col">
                    <Spans text={cell} />
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {block.rows.map((row) => (
                <tr key={row.join(' | ')}>
                  {row.map((cell, i) => (
                    <td key={block.head[i]}>
                      <Spans text={cell} />
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )
    case 'paragraph':
      return (
        <p className="break">
          <Spans text={block.text} />
        </p>
      )
  }
}

function Spans({ text }: { text: string }): ReactNode {
  return spansOf(text).map((span, i) => {
    const key = `${i} ${span.text}`
    if (span.kind === 'strong') return <strong key={key}>{span.text}</strong>
    if (span.kind === 'em') return <em key={key}>{span.text}</em>
    if (span.kind === 'code') return <code key={key}>{span.text}</code>
    return <span key={key}>{span.text}</span>
  })
}
