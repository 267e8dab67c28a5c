import { spawn, type ChildProcess } from 'node:child_process'
import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { childEnvironment, engineEnvironment } from '../engine/environment.ts'
import type { PredictorSettings } from './protocol.ts'

const LAST_OUTPUT_CHARACTERS = 2000

export interface PredictorStart extends PredictorSettings {
  /** The parent's environment, of which a child gets what is allowed, and the engine's variables. */
  environment: Readonly<Record<string, string | undefined>>
  /** The compiled entry of the predictor process. */
  script?: string
}

interface Listeners {
  output(stream: 'stdout' | 'stderr', chunk: Buffer): void
  line(line: string, child: ChildProcess): void
  closed(end: { code: number | null; signal: NodeJS.Signals | null; output: string }, child: ChildProcess): void
}

/** Starts a predictor process, which replies on its fd 3. */
export function startPredictor(
  { environment, script, engine, threads, modelBytes }: PredictorStart,
  listeners: Listeners,
): ChildProcess {
  const entry = script ?? createRequire(import.meta.url).resolve('#dist/bin/predictor.js')
  const settings: PredictorSettings = { engine, threads, modelBytes }
  const child = spawn(process.execPath, [entry, JSON.stringify(settings)], {
    env: { ...childEnvironment(environment), ...engineEnvironment(threads) },
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of ['stdout', 'stderr'] as const)
    child[stream]?.on('data', (chunk: Buffer) => {
      if (stream === 'stderr') output = (output + chunk.toString('utf8')).slice(-LAST_OUTPUT_CHARACTERS)
      listeners.output(stream, chunk)
    })
  child.on('error', () => undefined)
  child.stdin?.on('error', () => undefined)
  createInterface({ input: child.stdio[3] as Readable }).on('line', (line) => listeners.line(line, child))
  child.once('close', (code, signal) => listeners.closed({ code, signal, output: output.trim() }, child))
  return child
}
