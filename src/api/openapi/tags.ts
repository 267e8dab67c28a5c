/** The groups of operations, in the order of the documentation. */
export const TAGS = [
  { name: 'data sets', description: 'Upload, import, look at, change and delete data sets.' },
  { name: 'uploads', description: 'Resumable uploads, by the tus protocol.' },
  { name: 'specs', description: 'What a job may say, checked before it is submitted.' },
  { name: 'jobs', description: 'Submit, follow, pause, stop and compare training jobs.' },
  { name: 'sweeps', description: 'Many jobs over the values of a spec’s fields.' },
  { name: 'checkpoints', description: 'The weights of jobs.' },
  { name: 'artifacts', description: 'Files that jobs leave in addition to checkpoints.' },
  { name: 'evaluation', description: 'How good a model is, where it is wrong, and what to look at.' },
  { name: 'models', description: 'Predictions, exports, and the registry of models with versions and aliases.' },
  { name: 'policies', description: 'Augmentation policies that the team has saved or found.' },
  { name: 'team', description: 'Members, keys, quota, usage and the audit log.' },
  { name: 'webhooks', description: 'Addresses that are told of events.' },
  { name: 'trash', description: 'What was deleted, and what is deleted by rule.' },
  { name: 'sign-in', description: 'Sessions of people in browsers.' },
  { name: 'operators', description: 'For operators of the installation: all teams.' },
] as const
