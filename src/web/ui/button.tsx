import { Link, type LinkProps } from '@tanstack/react-router'
import type { ComponentPropsWithRef, ReactNode } from 'react'
import './button.css'

interface Look {
  kind?: 'plain' | 'primary' | 'danger'
  size?: 'small' | 'normal'
}

const classOf = ({ kind = 'plain', size = 'normal' }: Look): string => `button ${kind} ${size}`

type ButtonProps = Omit<ComponentPropsWithRef<'button'>, 'className'> & Look & { busy?: boolean }

/** While `busy` it says so, and a second press does nothing; it keeps its focus. */
export function Button({ kind, size, busy = false, onClick, type = 'button', ...rest }: ButtonProps) {
  return (
    <button
      {...rest}
      type={type}
      className={classOf({ kind, size })}
      aria-busy={busy || undefined}
      aria-disabled={busy || undefined}
      onClick={busy ? (event) => event.preventDefault() : onClick}
    />
  )
}

type ButtonLinkProps = LinkProps & Look & { children: ReactNode }

/** Leads to another page and looks like a button. */
export function ButtonLink({ kind = 'plain', size = 'normal', ...link }: ButtonLinkProps) {
  return <Link {...link} className={classOf({ kind, size })} />
}

type IconButtonProps = Omit<ButtonProps, 'children'> & { label: string; icon: ReactNode }

/** A button that shows a picture alone, with its name for those who do not see it. */
export function IconButton({ label, icon, ...rest }: IconButtonProps) {
  return (
    <Button {...rest} aria-label={label} title={label} data-icon>
      {icon}
    </Button>
  )
}
