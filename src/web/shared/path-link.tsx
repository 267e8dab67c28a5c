import { useRouter } from '@tanstack/react-router'
import type { MouseEvent, ReactNode } from 'react'

interface PathLinkProps {
  /** Path of the page, with its search params. */
  path: string
  className?: string
  children: ReactNode
}

/** A link to a path that is put together from what the service says. */
export function PathLink({ path, className, children }: PathLinkProps) {
  const router = useRouter()
  const follow = (event: MouseEvent): void => {
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
    event.preventDefault()
    router.history.push(path)
  }
  return (
    <a href={path} className={className} onClick={follow}>
      {children}
    </a>
  )
}
