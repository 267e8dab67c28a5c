import { fork, type ChildProcess } from 'node:child_process'
import { createRequire } from 'node:module'
import { decodeSmallPng } from '../data/decode/png.ts'
import type { DecodedImage } from '../data/decoded-image.ts'
import { AppError, ERROR_CODES } from '../errors.ts'

/** What a decoder process gets: larger images are shrunk until their shorter side is `shorterSide`. */
export interface DecoderRequest {
  file: Buffer
  shorterSide: number
}

/** What it answers. */
export type DecoderReply = { image: DecodedImage } | { code: string; message: string }

export interface DecoderOptions {
  /** How long one image may take. */
  timeoutMs?: number
  /** The compiled entry of the decoder process. */
  script?: string
}

const TIMEOUT_MS = 20_000

/**
 * Decodes images in processes of their own, one image at a time in each, so that an image that takes too long, or breaks its decoder, is
 * given up alone. A process that was free is used again.
 * @throws AppError `image_too_slow`, `image_undecodable` and what `decodeImage` throws
 */
export function createDecoders({ timeoutMs = TIMEOUT_MS, script }: DecoderOptions = {}): (
  request: DecoderRequest,
) => Promise<DecodedImage> {
  const free: ChildProcess[] = []
  const take = (): ChildProcess => {
    for (let child = free.pop(); child !== undefined; child = free.pop()) if (child.connected) return child
    const entry = script ?? createRequire(import.meta.url).resolve('#dist/bin/decoder.js')
    const child = fork(entry, [], {
      serialization: 'advanced',
      execArgv: [],
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    })
    child.unref()
    child.channel?.unref()
    return child
  }
  return async (request) => {
    const small = decodeSmallPng(request.file)
    if (small !== undefined && Math.min(small.width, small.height) <= request.shorterSide) return small
    const child = take()
    const reply = await answerOf(child, request, timeoutMs)
    free.push(child)
    if ('image' in reply) return reply.image
    const code = ERROR_CODES.find((known) => known === reply.code) ?? 'image_undecodable'
    throw new AppError(code, reply.message)
  }
}

async function answerOf(child: ChildProcess, request: DecoderRequest, timeoutMs: number): Promise<DecoderReply> {
  let timer: NodeJS.Timeout | undefined
  try {
    return await new Promise<DecoderReply>((resolve, reject) => {
      timer = setTimeout(() => {
        reject(new AppError('image_too_slow', `The image was not decoded in ${timeoutMs / 1000} s.`))
      }, timeoutMs)
      const broken = (): void => reject(new AppError('image_undecodable', 'The image broke its decoder.'))
      child.once('message', resolve).once('exit', broken).once('error', broken)
      child.send(request, (error) => {
        if (error !== null) broken()
      })
    })
  } catch (error) {
    child.kill('SIGKILL')
    throw error
  } finally {
    clearTimeout(timer)
    child.removeAllListeners('message').removeAllListeners('exit').removeAllListeners('error')
    child.on('error', () => undefined)
  }
}
