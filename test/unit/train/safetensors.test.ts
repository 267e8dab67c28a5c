import { describe, expect, it } from 'vitest'
import { floats, floatTensor, readSafetensors, writeSafetensors } from '../../../src/train/weights/safetensors.ts'

describe('safetensors', () => {
  const file = writeSafetensors({
    metadata: { note: 'ü' },
    tensors: new Map([['a/b', floatTensor([2, 2], Float32Array.of(1, 2, 3, 4))]]),
  })

  it('reads what it wrote', () => {
    const { metadata, tensors } = readSafetensors(file, 'test')
    expect(metadata).toEqual({ note: 'ü' })
    const tensor = tensors.get('a/b')
    expect(tensor?.shape).toEqual([2, 2])
    expect(tensor && [...floats(tensor)]).toEqual([1, 2, 3, 4])
  })

  it('names a pickle as what it is', () => {
    expect(() => readSafetensors(Buffer.from('\x80\x02}q\x00X\x01\x00\x00\x00ab', 'latin1'), 'a.pth')).toThrow(
      /^a\.pth is .* a pickle of/,
    )
  })

  it.each([3, 20, file.length - 4])('refuses a file cut to %i bytes', (length) => {
    expect(() => readSafetensors(file.subarray(0, length), 'test')).toThrow(
      expect.objectContaining({ code: 'checkpoint_invalid' }) as Error,
    )
  })
})
