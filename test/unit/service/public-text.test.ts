import { describe, expect, it } from 'vitest'
import { publicText } from '../../../src/service/public-text.ts'

describe('what a team is told of a failure', () => {
  it.each([
    [
      "ENOENT: no such file, open '/data/anneal/blobs/checkpoints/x.safetensors'",
      "ENOENT: no such file, open 'x.safetensors'",
    ],
    ['boom\n    at run (file:///work/dist/train/fit.js:10:3)\n    at node:internal/x', 'boom'],
    ['the file file:///home/me/a/b.json is cut', 'the file b.json is cut'],
    [
      'The spec has a mistake: /model/pretrained/checkpoint there is none',
      'The spec has a mistake: /model/pretrained/checkpoint there is none',
    ],
    ['https://weights.example/data/model.json answers 404', 'https://weights.example/data/model.json answers 404'],
    ['a \0 and \ud800', 'a \ufffd and \ufffd'],
  ])('%j becomes %j', (given, told) => {
    expect(publicText(given)).toBe(told)
  })

  it('has nothing of the folders of the machine, wherever they lie', () => {
    const told = publicText('/scratch/anneal/7/job_1/x is gone, and /srv/y', [
      '/scratch/anneal/7/job_1',
      '/scratch',
      '/',
    ])
    expect(told).toBe('…/x is gone, and y')
  })

  it('is bounded', () => {
    expect(publicText(`/scratch/x${'y'.repeat(5000)}`, ['/scratch']).length).toBe(2000)
    expect(publicText('/tmp/'.repeat(100_000)).length).toBeLessThanOrEqual(2000)
  })
})
