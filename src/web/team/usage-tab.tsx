import { Quota } from './quota.tsx'
import { Usage } from './usage.tsx'

export function UsageTab() {
  return (
    <>
      <Quota />
      <Usage />
    </>
  )
}
