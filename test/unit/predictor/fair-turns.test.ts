import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createDecoders } from '../../../src/predictor/decoders.ts'
import { fairTurns } from '../../../src/predictor/fair-turns.ts'

describe('fair turns', () => {
  it('alternate between teams, whatever one of them has asked for before', async () => {
    const inTurn = fairTurns(1)
    const order: string[] = []
    const turn = (team: string): Promise<number> => inTurn(team, async () => order.push(team))
    await Promise.all([...Array.from({ length: 5 }, () => turn('a')), turn('b'), turn('b')])
    expect(order.join('')).toBe('ababaaa')
  })

  it('of a team that is stuck hold up no other team', async () => {
    const inTurn = fairTurns(2)
    let release = (): void => undefined
    const stuck = inTurn('a', () => new Promise<void>((resolve) => (release = resolve)))
    const second = inTurn('a', async () => 'second')
    expect(await inTurn('b', async () => 'b')).toBe('b')
    expect(await Promise.race([second, inTurn('b', async () => 'still b')])).toBe('still b')
    release()
    await stuck
    expect(await second).toBe('second')
  })
})

describe('a decoder process', () => {
  let folder: string
  let picture: Buffer
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'anneal-decoder-'))
    picture = await sharp({ create: { width: 300, height: 200, channels: 3, background: 'red' } })
      .jpeg()
      .toBuffer()
  })
  afterAll(() => rm(folder, { recursive: true }))

  it('that is stuck, or dies, gives up its image alone', async () => {
    const script = join(folder, 'decoder.cjs')
    const image = '{ data: new Uint8Array(3), width: 1, height: 1, channels: 3 }'
    await writeFile(
      script,
      `process.on('message', ({ file }) => {
        const text = Buffer.from(file).toString()
        if (text === 'dies') process.kill(process.pid, 'SIGKILL')
        if (text === 'stuck') for (;;);
        process.send({ image: ${image} })
      })
      process.once('disconnect', () => process.exit())`,
    )
    const decode = createDecoders({ script, timeoutMs: 8000 })
    const results = await Promise.allSettled(
      ['stuck', 'good', 'dies'].map((text) => decode({ file: Buffer.from(text), shorterSide: 256 })),
    )
    expect(results).toMatchObject([
      { status: 'rejected', reason: { code: 'image_too_slow' } },
      { status: 'fulfilled', value: { width: 1 } },
      { status: 'rejected', reason: { code: 'image_undecodable' } },
    ])
    expect(await decode({ file: Buffer.from('good'), shorterSide: 256 })).toMatchObject({ width: 1 })
  })

  it('decodes an image, and refuses an SVG by name', async () => {
    const decode = createDecoders()
    expect(await decode({ file: picture, shorterSide: 150 })).toMatchObject({ width: 225, height: 150, channels: 3 })
    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><filter/></svg>')
    await expect(decode({ file: svg, shorterSide: 256 })).rejects.toMatchObject({ code: 'image_format_unsupported' })
  })
})
