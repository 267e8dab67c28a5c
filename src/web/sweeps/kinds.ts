import type { SweepSummary } from '../../../clients/typescript/src/types.ts'

export const KIND_NAMES: Record<SweepSummary['kind'], string> = {
  grid: 'grid',
  random: 'random',
  asha: 'successive halving',
  'range-test': 'range test',
  'policy-search': 'policy search',
}
