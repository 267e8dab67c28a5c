import { text } from './api.ts'
import { h, setTitle } from './dom.ts'

/** A job's report, in a frame that runs no script and has no part in this page's origin. Returns what ends it. */
export function reportPage(page: HTMLElement, job: string, fail: (error: unknown) => void): () => void {
  setTitle('Report')
  let left = false
  page.replaceChildren(h('p', { class: 'faint' }, 'Loading the report…'))
  text(`/v1/jobs/${job}/artifacts/report`).then(
    (html) => {
      if (left) return
      const frame = h('iframe', { class: 'report', title: 'Report', sandbox: '', srcdoc: html })
      page.replaceChildren(h('p', {}, h('a', { href: `#/jobs/${job}` }, '← the job')), frame)
    },
    (error: unknown) => {
      if (!left) fail(error)
    },
  )
  return () => {
    left = true
  }
}
