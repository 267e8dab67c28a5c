import { given, items, type Http } from './http.ts'
import type { Member, QuotaState, TeamInfo, UsageQuery, UsageRow } from './types.ts'

/** The team that the key belongs to. */
export class Team {
  private readonly http: Http

  constructor(http: Http) {
    this.http = http
  }

  get(): Promise<TeamInfo> {
    return this.http.read(this.http.api.GET('/v1/team'))
  }

  quota(): Promise<QuotaState> {
    return this.http.read(this.http.api.GET('/v1/team/quota'))
  }

  members(): AsyncGenerator<Member> {
    return items((after) =>
      this.http.read(this.http.api.GET('/v1/team/members', { params: { query: given({}, after) } })),
    )
  }

  usage(query: UsageQuery = {}): AsyncGenerator<UsageRow> {
    return items(async (after) => {
      const page = await this.http.read(this.http.api.GET('/v1/team/usage', { params: { query: given(query, after) } }))
      return page as { data: UsageRow[]; nextCursor: string | null }
    })
  }
}
