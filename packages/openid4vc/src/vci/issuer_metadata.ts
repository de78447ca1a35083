import { formatNamed, type Path } from '@symbolon/credential'
import type { Json, JsonObject } from '@symbolon/sd-jwt'
import { PeerError } from '../errors.ts'
import { type Message, reader } from '../message.ts'

/** Name and description of something in one language; no language: any. */
export interface Display {
  readonly name?: string
  readonly locale?: string
  readonly description?: string
}

/** What the metadata says of one claim (OpenID4VCI 1.0 appendix B.2). `group`: claims of one group are shown together or not at all (our own member). */
export interface ClaimDescription {
  readonly path: Path
  readonly group?: string
  readonly display: readonly Display[]
}

/** One entry of `credential_configurations_supported`. */
export interface CredentialConfiguration {
  readonly id: string
  readonly format: string
  /** What to ask for in an authorization request (section 5.1.2); absent: it can only be asked for with `authorization_details`. */
  readonly scope?: string
  /** The `vct`, or the last of the W3C types (appendix A), where the format is spoken and the configuration says it. */
  readonly type?: string
  /** How the key it is bound to may be given; empty for a credential that is bound to no key. */
  readonly bindingMethods: readonly string[]
  /** Of each proof type its algorithms, and whether the keys must be attested. */
  readonly proofTypes: ReadonlyMap<string, { readonly algorithms: readonly string[]; readonly attested: boolean }>
  readonly display: readonly Display[]
  readonly claims: readonly ClaimDescription[]
  /** What packs its presentations small (specs/code.md, our own member). */
  readonly codeDictionary?: string
}

/** What a wallet needs of an issuer (OpenID4VCI 1.0 section 12.2.4). */
export interface IssuerMetadata {
  readonly issuer: string
  /** The issuer itself when the metadata names none. */
  readonly authorizationServers: readonly string[]
  /** Whether the metadata names them: authorization details must then say for which issuer they are (section 5.1.1, `locations`). */
  readonly namesServers: boolean
  readonly credentialEndpoint: string
  readonly nonceEndpoint?: string
  readonly notificationEndpoint?: string
  /** How many proofs one request may have; 1 where the metadata speaks of no batch. */
  readonly batchSize: number
  /** Whether plain requests or plain answers are refused. */
  readonly encryptionRequired: boolean
  readonly display: readonly Display[]
  readonly configurations: ReadonlyMap<string, CredentialConfiguration>
}

/** The text in the first of these languages that is there, else whatever there is, else undefined (a wallet shows something rather than nothing). */
export function displayIn(display: readonly Display[], languages: readonly string[]): Display | undefined {
  for (const language of languages) {
    const found = display.find(({ locale }) => locale?.split('-', 1)[0]?.toLowerCase() === language)
    if (found) return found
  }
  return display.find(({ locale }) => locale === undefined) ?? display[0]
}

const read = reader((place, what, cause) => new PeerError('issuer_metadata_malformed', `${place} ${what}`, cause))

/** Reads issuer metadata fetched for `issuer`, strictly where the standard defines a member; throws PeerError `issuer_metadata_malformed` or `issuer_metadata_of_another`. */
export function parseIssuerMetadata(message: Message, issuer: string): IssuerMetadata {
  const body = read.object(read.json(message), 'the body')
  if (read.address(body.credential_issuer, 'credential_issuer') !== issuer) {
    throw new PeerError('issuer_metadata_of_another', 'credential_issuer is not the issuer that was asked')
  }
  if (body.credential_configurations_supported === undefined && body.credentials_supported !== undefined) {
    read.refuse('credential_configurations_supported', 'is missing; credentials_supported is of a draft older than OpenID4VCI 1.0')
  }
  const configurations = Object.entries(read.object(body.credential_configurations_supported, 'credential_configurations_supported'))
  const address = read.addressOf(issuer)
  const nonceEndpoint = read.optional(body.nonce_endpoint, address, 'nonce_endpoint')
  const notificationEndpoint = read.optional(body.notification_endpoint, address, 'notification_endpoint')
  read.optional(body.deferred_credential_endpoint, address, 'deferred_credential_endpoint')
  const batchSize = read.optional(
    body.batch_credential_issuance,
    (batch, place) => read.whole(read.object(batch, place).batch_size, `${place}.batch_size`, 2),
    'batch_credential_issuance',
  )
  const requestEncryption = read.optional(body.credential_request_encryption, parseRequestEncryption, 'credential_request_encryption')
  const responseEncryption = read.optional(body.credential_response_encryption, parseResponseEncryption, 'credential_response_encryption')
  return {
    issuer,
    authorizationServers: read.optional(body.authorization_servers, parseServers(address), 'authorization_servers') ?? [issuer],
    namesServers: body.authorization_servers !== undefined,
    credentialEndpoint: address(body.credential_endpoint, 'credential_endpoint'),
    ...(nonceEndpoint !== undefined && { nonceEndpoint }),
    ...(notificationEndpoint !== undefined && { notificationEndpoint }),
    batchSize: batchSize ?? 1,
    encryptionRequired: requestEncryption === true || responseEncryption === true,
    display: read.optional(body.display, parseDisplay, 'display') ?? [],
    configurations: new Map(configurations.map(([id, value]) => [id, parseConfiguration(id, value)])),
  }
}

const parseServers =
  (address: ReturnType<typeof read.addressOf>) =>
  (value: Json, place: string): string[] =>
    read.strings(value, place).map((server, index) => address(server, `${place}[${index}]`))

function parseRequestEncryption(value: Json, place: string): boolean {
  const members = read.object(value, place)
  const keys = read.array(read.object(members.jwks, `${place}.jwks`).keys, `${place}.jwks.keys`)
  const names = keys.map((key, index) =>
    read.string(read.object(key, `${place}.jwks.keys[${index}]`).kid, `${place}.jwks.keys[${index}].kid`),
  )
  if (new Set(names).size !== names.length) read.refuse(`${place}.jwks.keys`, 'has one kid twice')
  return parseEncryption(members, place, ['enc_values_supported'])
}

const parseResponseEncryption = (value: Json, place: string): boolean =>
  parseEncryption(read.object(value, place), place, ['alg_values_supported', 'enc_values_supported'])

function parseEncryption(members: JsonObject, place: string, lists: readonly string[]): boolean {
  for (const name of lists) read.strings(members[name], `${place}.${name}`)
  read.optional(members.zip_values_supported, read.strings, `${place}.zip_values_supported`)
  return read.boolean(members.encryption_required, `${place}.encryption_required`)
}

function parseConfiguration(id: string, value: Json): CredentialConfiguration {
  const place = `credential_configurations_supported[${JSON.stringify(id)}]`
  const members = read.object(value, place)
  const format = read.string(members.format, `${place}.format`)
  const spoken = formatNamed(format)
  const type = spoken && read.optional(spoken.typeConfigured(members), read.string, `${place}: the type`)
  const scope = read.optional(members.scope, read.string, `${place}.scope`)
  const bindingMethods = read.optional(
    members.cryptographic_binding_methods_supported,
    read.strings,
    `${place}.cryptographic_binding_methods_supported`,
  )
  const proofTypes = read.optional(members.proof_types_supported, parseProofTypes, `${place}.proof_types_supported`)
  const metadata = read.optional(members.credential_metadata, read.object, `${place}.credential_metadata`) ?? {}
  const codeDictionary = read.optional(members.code_dictionary, read.string, `${place}.code_dictionary`)
  return {
    id,
    format,
    ...(codeDictionary !== undefined && { codeDictionary }),
    ...(scope !== undefined && { scope }),
    ...(type !== undefined && { type }),
    bindingMethods: bindingMethods ?? [],
    proofTypes: proofTypes ?? new Map(),
    display: read.optional(metadata.display, parseDisplay, `${place}.credential_metadata.display`) ?? [],
    claims: read.optional(metadata.claims, parseClaims, `${place}.credential_metadata.claims`) ?? [],
  }
}

function parseProofTypes(value: Json, place: string): CredentialConfiguration['proofTypes'] {
  const types = Object.entries(read.object(value, place)).map(([id, entry]) => {
    const at = `${place}[${JSON.stringify(id)}]`
    const members = read.object(entry, at)
    // Names of algorithms are strings in JOSE and numbers in COSE.
    const algorithms = read.array(members.proof_signing_alg_values_supported, `${at}.proof_signing_alg_values_supported`).map(String)
    const attested = read.optional(members.key_attestations_required, read.object, `${at}.key_attestations_required`) !== undefined
    return [id, { algorithms, attested }] as const
  })
  return new Map(types)
}

function parseDisplay(value: Json, place: string): Display[] {
  const display = read.array(value, place).map((entry, index) => {
    const at = `${place}[${index}]`
    const members = read.object(entry, at)
    const name = read.optional(members.name, read.string, `${at}.name`)
    const locale = read.optional(members.locale, read.string, `${at}.locale`)
    const description = read.optional(members.description, read.string, `${at}.description`)
    return {
      ...(name !== undefined && { name }),
      ...(locale !== undefined && { locale }),
      ...(description !== undefined && { description }),
    }
  })
  const locales = display.map(({ locale }) => locale).filter((locale) => locale !== undefined)
  if (new Set(locales).size !== locales.length) read.refuse(place, 'has one locale twice')
  return display
}

function parseClaims(value: Json, place: string): ClaimDescription[] {
  const claims = read.array(value, place).map((entry, index) => {
    const at = `${place}[${index}]`
    const members = read.object(entry, at)
    read.optional(members.mandatory, read.boolean, `${at}.mandatory`)
    const group = read.optional(members.group, read.string, `${at}.group`)
    return {
      path: read.array(members.path, `${at}.path`).map((part, position) => parsePart(part, `${at}.path[${position}]`)),
      ...(group !== undefined && { group }),
      display: read.optional(members.display, parseDisplay, `${at}.display`) ?? [],
    }
  })
  checkPaths(claims, place)
  return claims
}

/** Appendix B.3: no claim is described twice, and every place is an object or an array, whose elements are spoken of one by one or all alike. */
function checkPaths(claims: readonly ClaimDescription[], place: string): void {
  const described = new Set<string>()
  const kinds = new Map<string, string>()
  for (const [index, { path }] of claims.entries()) {
    const at = `${place}[${index}].path`
    if (described.has(JSON.stringify(path))) read.refuse(at, 'is that of an earlier claim')
    described.add(JSON.stringify(path))
    for (const [depth, part] of path.entries()) {
      const above = JSON.stringify(path.slice(0, depth))
      const kind = part === null ? 'null' : typeof part
      if ((kinds.get(above) ?? kind) !== kind) read.refuse(at, 'contradicts that of an earlier claim')
      kinds.set(above, kind)
    }
  }
}

/** One step of a claims path pointer (appendix C). */
function parsePart(part: Json, place: string): Path[number] {
  if (part === null || typeof part === 'string') return part
  return read.whole(part, place, 0)
}
