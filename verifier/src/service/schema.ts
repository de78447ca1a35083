import type { Migration } from '@symbolon/service'

/**
 * The verifier's tables. Times are seconds since 1970.
 *
 * Nowhere: claims, presentations, who a citizen is, or what else a wallet said. `handle` and `code_hash` are digests of what travels.
 */
export const MIGRATIONS: readonly Migration[] = [
  [
    // `secret` is the private key that the answer is encrypted to: sealed, good for this request; it is wiped with its answer, as nonce and state are. `answer` and `reasons` (codes, no
    // values) are read until `keep_until`, as the question says. `is_complete` 0: the browser that began it has not come back yet.
    `create table requests (
      id text primary key, handle_hash text not null unique, party text not null, question text not null, given text not null, redirect_uri text,
      nonce text not null, state_value text not null, secret text, state text not null, answer text, reasons text not null, attempts bigint not null,
      code_hash text, is_complete bigint not null, created_at bigint not null, expires_at bigint not null, keep_until bigint not null)`,
    'create index requests_by_end on requests (keep_until)',
    // Evidence of trusted issuers, as it was fetched and found right. `stale_at`: when it is worth fetching again; `needed_on`: the last day, counted from 1970.
    `create table evidence (uri text primary key, content text not null, media_type text not null, issued_at bigint not null, stale_at bigint not null,
      needed_on bigint not null)`,
  ],
]
