import { Tabs as BaseTabs } from '@base-ui/react/tabs'
import type { ReactNode } from 'react'
import './tabs.css'

export interface Tab {
  id: string
  label: string
  content: () => ReactNode
}

interface TabsProps {
  tabs: readonly Tab[]
  /** Of the open one; belongs into the address, so that a link leads to it. */
  value: string
  onChange: (id: string) => void
}

export function Tabs({ tabs, value, onChange }: TabsProps) {
  return (
    <BaseTabs.Root value={value} onValueChange={(id: string) => onChange(id)}>
      <BaseTabs.List className="tabs" activateOnFocus={false}>
        {tabs.map(({ id, label }) => (
          <BaseTabs.Tab key={id} value={id} className="tab">
            {label}
          </BaseTabs.Tab>
        ))}
      </BaseTabs.List>
      {tabs.map(({ id, content }) => (
        <BaseTabs.Panel key={id} value={id} className="tab-panel">
          {id === value && content()}
        </BaseTabs.Panel>
      ))}
    </BaseTabs.Root>
  )
}
