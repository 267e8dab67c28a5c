/** Who may know whom; see ARCHITECTURE.md. */
const only = (name, from, allowed) => ({
  name,
  severity: 'error',
  from: { path: `^src/${from}` },
  to: {
    path: '^src/',
    pathNot: [`^src/${from}`, '^src/errors\\.ts$', ...allowed.map((path) => `^src/${path}`)],
    dependencyTypesNot: ['type-only'],
  },
})

module.exports = {
  forbidden: [
    {
      name: 'no-circular',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    { name: 'errors-is-a-leaf', severity: 'error', from: { path: '^src/errors\\.ts$' }, to: { path: '^src/' } },
    only('zoo-knows-errors', 'zoo', []),
    only('spec-knows-zoo', 'spec', ['zoo']),
    only('engine-knows-itself', 'engine', []),
    only('data-knows-spec-and-zoo', 'data', ['spec', 'zoo']),
    only('train-knows-no-service', 'train', ['spec', 'zoo', 'data', 'engine']),
    only('service-knows-ports', 'service', ['spec', 'data/report\\.ts', 'train/report\\.ts', 'train/events\\.ts']),
    only('api-knows-service', 'api', ['service', 'spec']),
    only('store-implements-ports', 'store', ['service']),
    only('queue-implements-ports', 'queue', ['service']),
    only('worker-knows-service', 'worker', ['service', 'spec', 'train', 'data', 'engine']),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: ['^src/store/generated', '^src/dashboard'] },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'require', 'node', 'types'] },
  },
}
