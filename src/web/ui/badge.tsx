import type { ReactNode } from 'react'
import './badge.css'

export type Tone = 'neutral' | 'active' | 'good' | 'bad' | 'warn' | 'second'

export function Badge({ tone = 'neutral', children }: { tone?: Tone; children: ReactNode }) {
  return <span className={`badge ${tone}`}>{children}</span>
}

const TONES: Record<string, Tone> = {
  succeeded: 'good',
  ready: 'good',
  failed: 'bad',
  paused: 'second',
  stopped: 'second',
  queued: 'neutral',
  canceled: 'neutral',
}

/** A state in its own word; what is under way has one colour. */
export function StateBadge({ state }: { state: string }) {
  return <Badge tone={TONES[state] ?? 'active'}>{state}</Badge>
}
