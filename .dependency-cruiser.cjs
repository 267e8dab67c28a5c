const layer = (name, allowed, comment) => ({
  name: `${name}-knows-only-its-layers`,
  comment,
  severity: 'error',
  from: { path: `^src/${name}/` },
  to: { path: '^src/', pathNot: [`^src/${name}/`, '^src/errors\\.ts$', ...allowed.map((other) => `^src/${other}`)] },
})

/** The wings of src/train from the lowest level up, each with the lower ones that it may import; `fit.ts` and `finalize.ts` are on top. */
const WINGS = {
  net: [],
  weights: [],
  process: [],
  checkpoint: ['net', 'weights', 'process'],
  evaluate: ['net', 'checkpoint'],
  step: ['net', 'checkpoint'],
  pretrained: ['net', 'weights', 'process', 'checkpoint'],
  run: ['net', 'process', 'checkpoint', 'evaluate', 'step', 'pretrained'],
  report: ['process', 'checkpoint', 'evaluate'],
  predict: ['net', 'checkpoint', 'evaluate'],
  'policy-search': ['net', 'process', 'checkpoint', 'evaluate', 'run'],
  'range-test': ['process', 'evaluate', 'run'],
  export: ['net', 'weights', 'checkpoint', 'evaluate', 'predict'],
}

const wings = Object.entries(WINGS).map(([wing, allowed]) => ({
  name: `train-${wing}-knows-only-lower-wings`,
  severity: 'error',
  from: { path: `^src/train/${wing}/` },
  to: { path: '^src/train/', pathNot: [wing, ...allowed].map((other) => `^src/train/${other}/`) },
}))
wings.push({
  name: 'train-has-these-wings-only',
  severity: 'error',
  from: { path: `^src/train/(?!(${Object.keys(WINGS).join('|')})/|(fit|finalize)\\.ts$)` },
  to: {},
})

/** Types carry no code, so a layer may name another's types without loading it. */
const exceptTypes = (rule) => ({ ...rule, to: { ...rule.to, dependencyTypesNot: ['type-only'] } })

/** Resources, states and ports: what the service speaks of, and what it needs of the outside. */
const SERVICE_TYPES = [
  '^src/service/ports/',
  '^src/service/[a-z-]*resources\\.ts$',
  '^src/service/(job-states|job-life-fields|job-needs|dataset-options|dataset-ref|final-metrics)\\.ts$',
]

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'Type imports count too.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    { name: 'no-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true, pathNot: '^#' } },
    {
      name: 'no-development-dependencies',
      comment: 'What is shipped depends on `dependencies` only.',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only', 'npm'] },
    },
    { name: 'errors-is-a-leaf', severity: 'error', from: { path: '^src/errors\\.ts$' }, to: { path: '^src/' } },
    {
      name: 'config-is-a-leaf',
      severity: 'error',
      from: { path: '^src/(worker-)?config\\.ts$' },
      to: { path: '^src/(?!(errors|env-reader|worker-config|blob-config)\\.ts)' },
    },
    exceptTypes(
      layer('zoo', [], 'Components get tensors as an argument, so that the API process never loads an engine.'),
    ),
    layer('job-spec', ['zoo/']),
    layer('engine', []),
    layer('plots', []),
    exceptTypes(layer('data', ['job-spec/', 'zoo/'])),
    layer('evaluation', ['zoo/'], 'Numbers of runs, with no engine: the API compares runs too.'),
    layer(
      'train',
      ['job-spec/', 'zoo/', 'data/', 'engine/', 'evaluation/', 'plots/', 'network/'],
      'The trainer knows nothing of teams, queues and databases.',
    ),
    ...wings,
    exceptTypes(
      layer(
        'predictor',
        ['job-spec/', 'zoo/', 'data/', 'engine/', 'evaluation/', 'train/'],
        'Like the trainer, a process of its own; it implements a port of the service.',
      ),
    ),
    exceptTypes(layer('service', ['job-spec/', 'evaluation/', 'plots/', 'network/', 'tracing/'])),
    exceptTypes(layer('store', ['service/', 'job-spec/', 'tracing/'])),
    layer('isolation', ['service/', 'store/'], 'It calls the API by its address, and knows no route.'),
    {
      name: 'resources-and-ports-know-no-use-case',
      comment: 'They can be read without the use cases.',
      severity: 'error',
      from: { path: SERVICE_TYPES },
      to: { path: '^src/service/', pathNot: SERVICE_TYPES },
    },
    {
      name: 'store-knows-no-use-case',
      comment:
        'The store implements ports; of the service it takes what its rows become, and what decides without a store.',
      severity: 'error',
      from: { path: '^src/store/' },
      to: {
        path: '^src/service/',
        pathNot: [
          ...SERVICE_TYPES,
          '^src/service/(ids|halving|public-text|policy-losses|exceeded-quota|webhook-retries|team-scope)\\.ts$',
        ],
      },
    },
    {
      name: 'use-cases-come-from-services',
      comment: 'API, worker and command take the use cases as they are put together in services.ts.',
      severity: 'error',
      from: { path: '^src/(api|worker|bin|queue|predictor)/' },
      to: {
        path: '^src/service/(teams|quotas|explanation|workers|waiting-for|datasets|dataset-versions|dataset-exports|suggestions|resumable-uploads|jobs|job-results|attempts|checkpoints|logs|webhooks|sweeps|policies|registry|shares|prediction-batches|predictions|exports|comparison|augment-preview)\\.ts$',
      },
    },
    {
      name: 'store-is-put-together-in-postgres',
      comment: 'Parts of the store share transactions and rows, and never the whole.',
      severity: 'error',
      from: { path: '^src/store/' },
      to: { path: '^src/store/postgres\\.ts$' },
    },
    exceptTypes(
      layer(
        'blobs',
        ['service/ports/', 'data/packed/arrival.ts', 'network/'],
        'A storage of files, which says how shards arrive.',
      ),
    ),
    exceptTypes(layer('queue', ['service/'])),
    exceptTypes(layer('metrics', [])),
    exceptTypes(layer('embedded', [])),
    exceptTypes(layer('api', ['metrics/', 'service/', 'job-spec/', 'evaluation/', 'network/'])),
    exceptTypes(
      layer('worker', [
        'metrics/',
        'tracing/',
        'service/',
        'job-spec/',
        'network/',
        'train/process/(line-splitter|output|rank)\\.ts$',
      ]),
    ),
    layer('network', []),
    layer('tracing', []),
    exceptTypes(layer('client', ['job-spec/', 'network/'])),
    {
      name: 'only-engine-loads-tfjs',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/engine/' },
      to: { path: ['^build/tfjs', '^node_modules/@tensorflow', '^#tfjs'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'only-bin-knows-all',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/bin/' },
      to: { path: '^src/(bin|config\\.ts)' },
    },
  ],
  options: {
    doNotFollow: { path: ['node_modules', '^build/'] },
    exclude: { path: ['^src/store/generated/', '^src/web/'] },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { conditionNames: ['types', 'import', 'default'], exportsFields: ['exports'] },
    cache: { folder: 'build/depcruise', strategy: 'content' },
  },
}
