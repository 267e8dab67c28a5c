export function AugmentationPage() {
  return null
}
