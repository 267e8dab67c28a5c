export function SweepPage() {
  return null
}
