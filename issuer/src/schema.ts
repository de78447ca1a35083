import type { Migration } from '@symbolon/service'

/**
 * The issuer's tables. Times are seconds since 1970, statuses those of Token Status List section 7.1.
 *
 * Nowhere: claims, holder keys or their thumbprints, credentials, codes or tokens in clear.
 */
export const MIGRATIONS: readonly Migration[] = [
  [
    // `subject` is sealed and wiped as soon as the offer can no longer lead to an issuance.
    `create table offers (
      id text primary key, type text not null, subject text, code_hash text not null unique, tx_code_hash text,
      attempts bigint not null, state text not null, copies bigint not null, issuance_id text,
      created_at bigint not null, expires_at bigint not null)`,
    'create index offers_by_expiry on offers (expires_at)',
    'create table tokens (hash text primary key, offer_id text not null references offers (id), expires_at bigint not null)',
    'create index tokens_by_expiry on tokens (expires_at)',
    'create table used_nonces (nonce text primary key, expires_at bigint not null)',
    'create index used_nonces_by_expiry on used_nonces (expires_at)',
    // `subject` is a pseudonym.
    `create table issuances (
      id text primary key, type text not null, subject text not null, status bigint not null, copies bigint not null,
      issued_at bigint not null, expires_at bigint not null)`,
    'create index issuances_by_subject on issuances (subject, issued_at)',
    'create index issuances_by_time on issuances (issued_at, id)',
    // `version` counts changes; the token was made of version `token_version`.
    `create table status_lists (
      id text primary key, uri text not null, bits bigint not null, size bigint not null, is_open bigint not null, version bigint not null,
      created_at bigint not null, token text, token_version bigint, token_issued_at bigint)`,
    // One row for each copy that has a status: the primary key is what makes an index unique for ever.
    `create table copies (
      list_id text not null references status_lists (id), list_index bigint not null, issuance_id text not null references issuances (id),
      primary key (list_id, list_index))`,
    'create index copies_by_issuance on copies (issuance_id)',
    'create table status_changes (issuance_id text not null references issuances (id), status bigint not null, reason text not null, changed_at bigint not null)',
    'create table bundle_parts (digest text primary key, media_type text not null, content text not null, listed_at bigint not null)',
    'create table bundles (manifest text not null, parts text not null, created_at bigint not null)',
  ],
]
