const STORED = 'anneal-theme'
export const THEMES = ['system', 'light', 'dark'] as const
export type Theme = (typeof THEMES)[number]

export function chosenTheme(): Theme {
  const stored = localStorage.getItem(STORED)
  return THEMES.find((theme) => theme === stored) ?? 'system'
}

export function applyTheme(theme: Theme = chosenTheme()): void {
  localStorage.setItem(STORED, theme)
  document.documentElement.dataset['theme'] = theme
  window.dispatchEvent(new Event('themechange'))
}
