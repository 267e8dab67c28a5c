import { Tabs as BaseTabs } from '@base-ui/react/tabs'
import { useEffect, useRef, type ReactNode } from 'react'
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
  const list = useRef<HTMLDivElement>(null)
  // On a narrow window the open one may be beyond the edge.
  useEffect(() => {
    const open = list.current?.querySelector<HTMLElement>('[aria-selected="true"]')
    if (open !== null && open !== undefined && list.current !== null)
      list.current.scrollLeft = open.offsetLeft - (list.current.clientWidth - open.offsetWidth) / 2
  }, [value])
  return (
    <BaseTabs.Root value={value} onValueChange={(id: string) => onChange(id)}>
      <BaseTabs.List ref={list} className="tabs" activateOnFocus={false}>
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
