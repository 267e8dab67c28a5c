import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { generatedPages } from '../../../scripts/docs/pages.ts'
import { ERROR_CODES } from '../../../src/errors.ts'

const pages = await generatedPages()

it.each([...pages])('%s is what the code says; `npm run docs` writes it again', (path, text) => {
  expect(readFileSync(path, 'utf8')).toBe(text)
})

it('the reference has every error code, every command and every augmentation', () => {
  const all = [...pages.values()].join('\n')
  for (const name of [...ERROR_CODES, 'anneal policy search <spec>', 'anneal serve', 'random-resized-crop'])
    expect(all).toContain(`\`${name}\``)
})
