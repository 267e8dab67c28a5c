import { Menu as BaseMenu } from '@base-ui/react/menu'
import { Link, type LinkProps } from '@tanstack/react-router'
import { Check } from 'lucide-react'
import type { ReactNode } from 'react'
import './menu.css'

interface MenuProps {
  label: string
  icon?: ReactNode
  size?: 'small' | 'normal'
  children: ReactNode
}

/** A button that opens a list of things to do. */
export function Menu({ label, icon, size = 'normal', children }: MenuProps) {
  return (
    <BaseMenu.Root modal={false}>
      <BaseMenu.Trigger className={`button ${size}`} aria-label={label}>
        {icon}
        <span className="menu-button-label clip">{label}</span>
      </BaseMenu.Trigger>
      <BaseMenu.Portal>
        <BaseMenu.Positioner className="menu-positioner" sideOffset={6} align="end">
          <BaseMenu.Popup className="menu">{children}</BaseMenu.Popup>
        </BaseMenu.Positioner>
      </BaseMenu.Portal>
    </BaseMenu.Root>
  )
}

interface MenuItemProps {
  onClick: () => void
  disabled?: boolean
  danger?: boolean
  children: ReactNode
}

export function MenuItem({ onClick, disabled = false, danger = false, children }: MenuItemProps) {
  return (
    <BaseMenu.Item className={danger ? 'menu-item danger' : 'menu-item'} disabled={disabled} onClick={onClick}>
      {children}
    </BaseMenu.Item>
  )
}

export function MenuLink(link: LinkProps & { children: ReactNode }) {
  return <BaseMenu.LinkItem className="menu-item" closeOnClick render={<Link {...link} />} />
}

/** Leads out of the page: to a download, or to what the service shows itself. */
export function MenuAnchor({ href, download, children }: { href: string; download?: boolean; children: ReactNode }) {
  return (
    <BaseMenu.LinkItem className="menu-item" closeOnClick href={href} download={download}>
      {children}
    </BaseMenu.LinkItem>
  )
}

export function MenuGroup({ label, children }: { label?: string; children: ReactNode }) {
  return (
    <BaseMenu.Group className="menu-group">
      {label !== undefined && <BaseMenu.GroupLabel className="menu-group-label">{label}</BaseMenu.GroupLabel>}
      {children}
    </BaseMenu.Group>
  )
}

interface MenuRadioProps<T extends string> {
  label: string
  value: T
  options: readonly { value: T; label: string }[]
  onChange: (value: T) => void
}

export function MenuRadio<T extends string>({ label, value, options, onChange }: MenuRadioProps<T>) {
  return (
    <MenuGroup label={label}>
      <BaseMenu.RadioGroup value={value} onValueChange={(chosen: T) => onChange(chosen)}>
        {options.map((option) => (
          <BaseMenu.RadioItem key={option.value} value={option.value} className="menu-item" closeOnClick>
            <span className="menu-mark">
              <BaseMenu.RadioItemIndicator>
                <Check aria-hidden />
              </BaseMenu.RadioItemIndicator>
            </span>
            {option.label}
          </BaseMenu.RadioItem>
        ))}
      </BaseMenu.RadioGroup>
    </MenuGroup>
  )
}

interface MenuCheckboxProps {
  checked: boolean
  onChange: (checked: boolean) => void
  children: ReactNode
}

export function MenuCheckbox({ checked, onChange, children }: MenuCheckboxProps) {
  return (
    <BaseMenu.CheckboxItem className="menu-item" checked={checked} onCheckedChange={onChange}>
      <span className="menu-mark">
        <BaseMenu.CheckboxItemIndicator>
          <Check aria-hidden />
        </BaseMenu.CheckboxItemIndicator>
      </span>
      {children}
    </BaseMenu.CheckboxItem>
  )
}
