import { CSPProvider } from '@base-ui/react/csp-provider'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import './styles/tokens.css'
import './styles/base.css'
import { redirectOldLink } from './old-links.ts'
import { createQueries } from './queries.ts'
import { createPageRouter } from './router.tsx'
import { applyTheme } from './theme.ts'
import { Toasts } from './ui/toast.tsx'

applyTheme()
redirectOldLink()
const queries = createQueries()
const router = createPageRouter(queries)
const root = document.getElementById('root')
if (root === null) throw new Error('The page has no element #root.')
createRoot(root).render(
  <StrictMode>
    <CSPProvider disableStyleElements>
      <QueryClientProvider client={queries}>
        <Toasts>
          <RouterProvider router={router} />
        </Toasts>
      </QueryClientProvider>
    </CSPProvider>
  </StrictMode>,
)
