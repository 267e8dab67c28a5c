import { createRequire } from 'node:module'
import { availableParallelism } from 'node:os'
import { isMainThread, Worker } from 'node:worker_threads'
import { AppError } from '../../errors.ts'
import type { DecodedImage } from '../decoded-image.ts'
import type { Format } from './format.ts'
import { MAX_SECONDS, type DecodeOptions } from './options.ts'
import { decodeNetpbm } from './netpbm.ts'
import { decodeWithSharp, shrink } from './sharp.ts'
import { requireSize } from './size.ts'

type TranscodedFormat = Extract<Format, { decoder: 'transcoder' }>['name']

export interface TranscodeTask {
  file: Uint8Array
  format: TranscodedFormat
  pixels: number
}

/** What a thread answers with: a file that libvips reads, or PNM. */
export type Transcoded = { image: Uint8Array } | { tooLarge: { width: number; height: number } } | { failure: string }

const MAX_REASON = 200
const PNM = 'P'.charCodeAt(0)
/** A thread that decodes others' images too would start as many of its own. */
const MAX_THREADS = isMainThread ? Math.min(4, availableParallelism()) : 1

/**
 * Decodes what libvips does not: other decoders, in WebAssembly and a thread that is ended when an image takes too long, make a file of it that
 * goes the way of all others.
 * @throws AppError `image_undecodable`, `image_too_many_pixels`, `image_aspect_ratio` or `image_too_slow`
 */
export async function decodeTranscoded(
  file: Buffer,
  { name }: { name: TranscodedFormat },
  options: DecodeOptions,
): Promise<DecodedImage> {
  const bytes = name === 'BMP' ? withOwnLength(file) : file
  const answer = await inThread({ file: bytes, format: name, pixels: options.pixels })
  if ('tooLarge' in answer) {
    requireSize(answer.tooLarge, options)
    throw new AppError('image_too_many_pixels', `The image has more than ${options.pixels} pixels.`)
  }
  if ('failure' in answer)
    throw new AppError(
      'image_undecodable',
      `The file is not a ${name} image that can be decoded: ${answer.failure.slice(0, MAX_REASON)}.`,
    )
  const image = Buffer.from(answer.image.buffer)
  if (image[0] !== PNM) return decodeWithSharp(image, options)
  return shrink(decodeNetpbm(image, options), options.shorterSide)
}

/** A BMP whose header has the file's length, which many programs write wrongly and ImageMagick insists on. */
function withOwnLength(file: Buffer): Buffer {
  const copy = Buffer.from(file)
  copy.writeUInt32LE(file.byteLength, 2)
  return copy
}

const free: Worker[] = []
const waiting: ((worker: Worker) => void)[] = []
let threads = 0

async function inThread(task: TranscodeTask): Promise<Transcoded> {
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
  return new Worker(createRequire(import.meta.url).resolve('#dist/data/decode/transcode-thread.js'))
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

async function answerOf(worker: Worker, task: TranscodeTask): Promise<Transcoded> {
  let timer: NodeJS.Timeout | undefined
  worker.ref()
  try {
    return await new Promise<Transcoded>((resolve, reject) => {
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
