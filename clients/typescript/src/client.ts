import { Datasets } from './datasets.ts'
import { Http, type AnnealOptions } from './http.ts'
import { Jobs } from './jobs.ts'
import { Models } from './models.ts'
import type { Platform } from './platform.ts'
import { Predictions } from './predictions.ts'
import { Sweeps } from './sweeps.ts'
import { Team } from './team.ts'

/** A client of one service, as one team. */
export class Client {
  readonly datasets: Datasets
  readonly jobs: Jobs
  readonly sweeps: Sweeps
  readonly models: Models
  readonly predictions: Predictions
  readonly team: Team
  /** Every call of the OpenAPI document, typed by it, with the same retries. */
  readonly api: Http['api']

  constructor(options: AnnealOptions, platform: Platform) {
    const http = new Http(options, platform)
    this.datasets = new Datasets(http)
    this.jobs = new Jobs(http)
    this.sweeps = new Sweeps(http)
    this.models = new Models(http)
    this.predictions = new Predictions(http)
    this.team = new Team(http)
    this.api = http.api
  }
}
