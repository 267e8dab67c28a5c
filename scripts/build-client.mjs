// Builds @anneal/client into clients/typescript/dist: modules for Node and for browsers, and their types.
import { execFileSync } from 'node:child_process'
import { bundleClient, CLIENT } from './client-bundle.mjs'

await bundleClient()
execFileSync('npx', ['tsc', '-p', CLIENT, '--emitDeclarationOnly'], { stdio: 'inherit' })
