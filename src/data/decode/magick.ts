import { createRequire } from 'node:module'
import { availableParallelism } from 'node:os'
import { isMainThread, Worker } from 'node:worker_threads'
import { AppError } from '../../errors.ts'
import type { DecodedImage } from '../decoded-image.ts'
import type { Format } from './format.ts'
import { MAX_SECONDS, type DecodeOptions } from './options.ts'
import { decodeWithSharp } from './sharp.ts'
import { requireSize } from './size.ts'

type MagickFormatName = Extract<Format, { decoder: 'magick' }>['name']

export interface MagickTask {
  file: Uint8Array
  format: MagickFormatName
  pixels: number
}

/** What a thread answers with. */
export type MagickAnswer = { tiff: Uint8Array } | { tooLarge: { width: number; height: number } } | { failure: string }

/** A thread that decodes others' images too would start as many of its own. */
const MAX_THREADS = isMainThread ? Math.min(4, availableParallelism()) : 1

/**
 * Decodes what libvips does not: ImageMagick, in WebAssembly and a thread that is ended when an image takes too long, makes a TIFF of it, which
 * then goes the way of all TIFFs.
 * @throws AppError `image_undecodable`, `image_too_many_pixels`, `image_aspect_ratio` or `image_too_slow`
 */
export async function decodeWithMagick(
  file: Buffer,
  { name }: Extract<Format, { decoder: 'magick' }>,
  options: DecodeOptions,
): Promise<DecodedImage> {
  const answer = await inThread({ file, format: name, pixels: options.pixels })
  if ('tooLarge' in answer) {
    requireSize(answer.tooLarge, options)
    throw new AppError('image_too_many_pixels', `The image has more than ${options.pixels} pixels.`)
  }
  if ('failure' in answer)
    throw new AppError(
      'image_undecodable',
      `The file is not a ${name} image that can be decoded: ${reasonOf(answer.failure)}.`,
    )
  return decodeWithSharp(Buffer.from(answer.tiff.buffer), options)
}

/** ImageMagick's message without its source lines. */
const reasonOf = (failure: string): string =>
  failure
    .split(/\n|['`]? @ /, 1)[0]!
    .replaceAll(/[`']/g, '')
    .slice(0, 200)

const free: Worker[] = []
const waiting: ((worker: Worker) => void)[] = []
let threads = 0

async function inThread(task: MagickTask): Promise<MagickAnswer> {
  const worker = await takeWorker()
  try {
    const answer = await answerOf(worker, task)
    release(worker)
    return answer
  } catch (error) {
    threads--
    await worker.terminate()
    const next = waiting.shift()
    if (next !== undefined) next(startWorker())
    throw error
  }
}

function takeWorker(): Worker | Promise<Worker> {
  const worker = free.pop()
  if (worker !== undefined) return worker
  if (threads < MAX_THREADS) return startWorker()
  return new Promise((resolve) => waiting.push(resolve))
}

function startWorker(): Worker {
  threads++
  return new Worker(createRequire(import.meta.url).resolve('#dist/data/decode/magick-thread.js'))
}

function release(worker: Worker): void {
  const next = waiting.shift()
  if (next !== undefined) {
    next(worker)
    return
  }
  worker.unref()
  free.push(worker)
}

async function answerOf(worker: Worker, task: MagickTask): Promise<MagickAnswer> {
  let timer: NodeJS.Timeout | undefined
  worker.ref()
  try {
    return await new Promise<MagickAnswer>((resolve, reject) => {
      const broken = (cause?: unknown): void =>
        reject(new AppError('image_undecodable', `The ${task.format} image broke its decoder.`, { cause }))
      timer = setTimeout(() => {
        reject(new AppError('image_too_slow', `The image was not decoded in ${MAX_SECONDS} s.`))
      }, MAX_SECONDS * 1000)
      worker.once('message', resolve).once('error', broken).once('exit', broken)
      worker.postMessage(task)
    })
  } finally {
    clearTimeout(timer)
    worker.removeAllListeners('message').removeAllListeners('error').removeAllListeners('exit')
    worker.on('error', () => undefined)
  }
}
