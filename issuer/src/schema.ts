import type { Migration } from '@symbolon/service'

/**
 * The issuer's tables. Times are seconds since 1970, statuses those of Token Status List section 7.1.
 *
 * Nowhere: claims, holder keys or their thumbprints, credentials, codes or tokens in clear. `jkt` is the thumbprint of the key that a wallet proves with each
 * request (RFC 9449), never of one a credential is bound to: without it a stolen token could not be refused. It goes with the authorization.
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
  [
    // An offer is redeemed by a code, or begins a sign-in by its issuer_state; by reference it is found by its handle. `subject` is sealed, and wiped when the
    // offer was redeemed or withdrawn, or a day after its end. `issuance_id` is of the first version: since then an issuance that an offer led to has its id.
    `create table new_offers (
      id text primary key, type text not null, subject text, code_hash text unique, state_hash text, handle_hash text,
      tx_code_hash text, attempts bigint not null, state text not null, issuance_id text, created_at bigint not null, expires_at bigint not null)`,
    // What somebody agreed to: one subject (sealed), some types, for one wallet; an offer that led to it has the same id. The row goes when no token of it
    // lives any more, and with it the wallet's name and key. `types` says of each type its issuance, whether it exists already or not, and what the wallet
    // calls it. `sent` holds keyed marks of the holder keys of answers that nobody acknowledged, so that asking again for the same keys is known.
    `create table authorizations (
      id text primary key, subject text not null, client_id text, jkt text, types text not null, sent text,
      access_hash text, access_ends_at bigint not null, accesses bigint not null, refresh_hash text, ends_at bigint not null)`,
    `insert into authorizations (id, subject, types, access_hash, access_ends_at, accesses, ends_at)
      select offers.id, subject, '[{"type":"' || type || '","issuance":"' || coalesce(issuance_id, offers.id) || '"}]',
        tokens.hash, tokens.expires_at, 1, tokens.expires_at
      from tokens join offers on offers.id = tokens.offer_id where state in ('redeemed', 'issued') and subject is not null`,
    `insert into new_offers (id, type, subject, code_hash, tx_code_hash, attempts, state, issuance_id, created_at, expires_at)
      select id, type, case when state = 'open' then subject end, code_hash, tx_code_hash, attempts,
        case when state = 'issued' then 'redeemed' else state end, issuance_id, created_at, expires_at from offers`,
    'drop table tokens',
    'drop table offers',
    'alter table new_offers rename to offers',
    'create index offers_by_expiry on offers (expires_at)',
    'create unique index offers_by_state on offers (state_hash) where state_hash is not null',
    'create unique index offers_by_handle on offers (handle_hash) where handle_hash is not null',
    'create unique index authorizations_by_access on authorizations (access_hash) where access_hash is not null',
    'create unique index authorizations_by_refresh on authorizations (refresh_hash) where refresh_hash is not null',
    'create index authorizations_by_end on authorizations (ends_at)',
    'alter table issuances add column authorization_id text',
    'alter table issuances add column deliveries bigint not null default 1',
    'update issuances set authorization_id = (select id from offers where offers.issuance_id = issuances.id)',
    'create index issuances_changed on issuances (id) where status <> 0',
    // One answer of the credential endpoint, by which access token it came (the how manieth), and what became of it: sent, accepted, failed, deleted or
    // replaced. What was delivered before anybody could say is taken as accepted.
    `create table deliveries (
      issuance_id text not null references issuances (id), number bigint not null, access bigint not null, state text not null, copies bigint not null,
      created_at bigint not null, expires_at bigint not null, primary key (issuance_id, number))`,
    `insert into deliveries (issuance_id, number, access, state, copies, created_at, expires_at)
      select id, 1, 1, 'accepted', copies, issued_at, expires_at from issuances`,
    "create index deliveries_ended on deliveries (issuance_id, number) where state in ('failed', 'deleted', 'replaced')",
    `create table new_copies (
      list_id text not null references status_lists (id), list_index bigint not null, issuance_id text not null, delivery bigint not null,
      primary key (list_id, list_index), foreign key (issuance_id, delivery) references deliveries (issuance_id, number))`,
    'insert into new_copies (list_id, list_index, issuance_id, delivery) select list_id, list_index, issuance_id, 1 from copies',
    'drop table copies',
    'alter table new_copies rename to copies',
    'create index copies_by_delivery on copies (issuance_id, delivery)',
    // Changes that no list says yet: all copies of an issuance, or of one delivery. Whoever has a list signed takes them over into its version. Noted here,
    // because a version that every change counts up would put all of them one behind the other.
    'create table list_changes (id text primary key, issuance_id text not null, delivery bigint)',
    // Swept through as a whole every minute: it is small, and an index would cost every request a page.
    'drop index used_nonces_by_expiry',
  ],
  [
    // What a wallet pushed, until somebody answers, and the code of the answer. `request`, `subject` and `name` are sealed, and wiped when it ends.
    `create table pushed_requests (
      id text primary key, client_id text not null, request text, state text not null, browser_hash text, authorization_id text, subject text,
      name text, code_hash text unique, opens_until bigint not null, expires_at bigint not null)`,
    'create index pushed_requests_by_expiry on pushed_requests (expires_at)',
  ],
  [
    // 1: to a wallet that the institution has registered. What it was given must not outlive its registration.
    'alter table authorizations add column is_registered bigint not null default 0',
  ],
  [
    // The types that an offer brings besides its own, separated by spaces: its codes. Null: the institution did not want any.
    'alter table offers add column codes text',
    // Public keys with their certificates, and dictionaries, as long as a credential lives that only names them (specs/code.md).
    'create table signing_keys (thumbprint text primary key, x5c text not null, key text not null, ends_at bigint not null)',
    'create table code_dictionaries (number bigint primary key, content text not null, ends_at bigint not null)',
  ],
  [
    // How a list is written and who signs it, as the format of its credentials wants.
    "alter table status_lists add column form text not null default 'token'",
  ],
  [
    // Whose credentials alone may name a list. Empty: it is bound to nobody, or older than this column.
    "alter table status_lists add column issuer text not null default ''",
  ],
]
