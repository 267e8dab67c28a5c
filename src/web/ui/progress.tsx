import { Progress as BaseProgress } from '@base-ui/react/progress'
import './progress.css'

/** A share of 1, or null while nobody can say; the label says of what. */
export function Progress({ label, value }: { label: string; value: number | null }) {
  return (
    <BaseProgress.Root className="progress" value={value === null ? null : 100 * value} aria-label={label}>
      <BaseProgress.Track className="progress-track">
        <BaseProgress.Indicator className="progress-bar" />
      </BaseProgress.Track>
    </BaseProgress.Root>
  )
}
