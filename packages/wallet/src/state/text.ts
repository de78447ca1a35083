import { NOTIFICATION_EVENTS } from '@symbolon/openid4vc'
import { type Json, type Primitives, parseJson } from '@symbolon/sd-jwt'
import { disclosure } from './disclosure_text.ts'
import type {
  AccessToken,
  Authorization,
  CredentialSource,
  Delivery,
  HeldCopy,
  HeldCredential,
  Notice,
  PendingIssuance,
  WalletState,
} from './model.ts'
import {
  claimDescription,
  display,
  heldKey,
  list,
  malformed,
  number,
  object,
  optional,
  privateKey,
  type Reading,
  string,
} from './reading.ts'
import { liftVersion1 } from './version_1.ts'

/** What is written. Versions 1 and 2 are read too; any other is refused rather than guessed at. */
const VERSION = 3

/** The state as text, for the container. */
export const serializeState = (state: WalletState): string => JSON.stringify({ version: VERSION, ...state })

/** Reads the content of a container, of this version or one before; throws WalletError `state_malformed` with the place. */
export async function parseState(text: string, primitives: Primitives): Promise<WalletState> {
  const state = object(parse(text), 'the content')
  if (state.version === 1) return liftVersion1(state, primitives)
  if (state.version !== 2 && state.version !== VERSION) throw malformed('version')
  return {
    keys: list(heldKey)(state.keys, 'keys'),
    credentials: list(credential)(state.credentials, 'credentials'),
    authorizations: list(authorization)(state.authorizations, 'authorizations'),
    pending: list(pendingIssuance)(state.pending, 'pending'),
    notices: list(notice)(state.notices, 'notices'),
    // The second version kept no history.
    disclosures: state.version === 2 ? [] : list(disclosure)(state.disclosures, 'disclosures'),
  }
}

/** Credentials are large: batches with long chains must still fit. */
const LIMITS = { size: 64 * 1024 * 1024, depth: 64, disclosures: 1000 }

function parse(text: string): Json {
  try {
    return parseJson(text, LIMITS)
  } catch (cause) {
    throw malformed('the content', cause)
  }
}

const credential: Reading<HeldCredential> = (value, place) => {
  const entry = object(value, place)
  return {
    id: string(entry.id, `${place}.id`),
    type: string(entry.type, `${place}.type`),
    issuer: string(entry.issuer, `${place}.issuer`),
    ...optional(entry, 'source', source, place),
    deliveries: list(delivery)(entry.deliveries, `${place}.deliveries`),
    copies: list(copy)(entry.copies, `${place}.copies`),
    display: display(entry.display, `${place}.display`),
    claims: list(claimDescription)(entry.claims, `${place}.claims`),
    ...optional(entry, 'codeDictionary', string, place),
  }
}

const copy: Reading<HeldCopy> = (value, place) => {
  const entry = object(value, place)
  return {
    text: string(entry.text, `${place}.text`),
    ...optional(entry, 'keyId', string, place),
    received: number(entry.received, `${place}.received`),
    ...optional(entry, 'expires', number, place),
    shown: number(entry.shown, `${place}.shown`),
  }
}

const source: Reading<CredentialSource> = (value, place) => {
  const entry = object(value, place)
  return {
    authorizationId: string(entry.authorizationId, `${place}.authorizationId`),
    configurationId: string(entry.configurationId, `${place}.configurationId`),
    ...optional(entry, 'identifier', string, place),
  }
}

const delivery: Reading<Delivery> = (value, place) => {
  const entry = object(value, place)
  return { notificationId: string(entry.notificationId, `${place}.notificationId`), ...optional(entry, 'expires', number, place) }
}

const authorization: Reading<Authorization> = (value, place) => {
  const entry = object(value, place)
  return {
    id: string(entry.id, `${place}.id`),
    issuer: string(entry.issuer, `${place}.issuer`),
    server: string(entry.server, `${place}.server`),
    tokenEndpoint: string(entry.tokenEndpoint, `${place}.tokenEndpoint`),
    ...optional(entry, 'revocationEndpoint', string, place),
    ...optional(entry, 'notificationEndpoint', string, place),
    ...optional(entry, 'clientId', string, place),
    ...optional(entry, 'dpop', privateKey, place),
    ...optional(entry, 'tokenRequest', string, place),
    ...optional(entry, 'access', accessToken, place),
    ...optional(entry, 'refreshToken', string, place),
  }
}

const accessToken: Reading<AccessToken> = (value, place) => {
  const entry = object(value, place)
  return {
    scheme: string(entry.scheme, `${place}.scheme`),
    token: string(entry.token, `${place}.token`),
    ...optional(entry, 'expires', number, place),
  }
}

const pendingIssuance: Reading<PendingIssuance> = (value, place) => {
  const entry = object(value, place)
  return {
    id: string(entry.id, `${place}.id`),
    source: source(entry.source, `${place}.source`),
    started: number(entry.started, `${place}.started`),
    copies: number(entry.copies, `${place}.copies`),
    keys: list(heldKey)(entry.keys, `${place}.keys`),
  }
}

const notice: Reading<Notice> = (value, place) => {
  const entry = object(value, place)
  const event = NOTIFICATION_EVENTS.find((known) => known === entry.event)
  if (event === undefined) throw malformed(`${place}.event`)
  return {
    authorizationId: string(entry.authorizationId, `${place}.authorizationId`),
    notificationId: string(entry.notificationId, `${place}.notificationId`),
    event,
  }
}
