import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Files that take longer than their size tells, the longest first: started last, one of them would run alone at the end of its suite. */
const LONG = [
  'e2e/faults',
  'e2e/python-client',
  'e2e/transfer',
  'e2e/docs',
  'e2e/sweep',
  'integration/worker-with-devices',
  'integration/isolation-check',
  'integration/fairness',
  'api/audit',
  'api/fuzz',
]

/** Those first, then Vitest's order: by how long files took the last time, or by their size. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const index = LONG.findIndex((name) => moduleId.endsWith(`/test/${name}.test.ts`))
      return index === -1 ? LONG.length : index
    }
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b))
  }
}
