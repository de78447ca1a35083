import { readFileSync } from 'node:fs'
import type { CredentialType } from '@symbolon/credential'
import { authorizationCode } from '@symbolon/openid4vc'
import { httpsOnly, type Mode, type Setting, SettingsError, secretFile, text, type Values } from '@symbolon/service'
import { SIGN_INS, type SignIn, type SignInKind, syntheticSignIn } from './index.ts'
import type { OpenIdSettings } from './openid.ts'

/** How citizens sign in; what an OpenID provider needs to know and to be known by. */
export interface SignInSettings {
  readonly kind: SignInKind
  readonly openId: OpenIdSettings | undefined
}

function kindNamed(value: string): SignInKind {
  const kind = SIGN_INS.find(({ id }) => id === value)
  if (kind === undefined) throw new Error(`is none of ${SIGN_INS.map(({ id }) => id).join(', ')}`)
  return kind
}

/** The identifier of a provider, byte for byte as it calls itself. */
function providerAddress(value: string): string {
  const url = URL.parse(value)
  if (url === null || !/^https?:$/.test(url.protocol)) throw new Error('is no https address')
  if (url.protocol === 'http:' && !/^(localhost|127\.[0-9.]+|\[::1\])$/.test(url.hostname))
    throw new Error('must use https; http is for this machine only')
  if (/[?#@]/.test(value)) throw new Error('must have no query, no fragment and no user name')
  return value
}

function keyFile(path: string): string {
  let pem: string
  try {
    pem = readFileSync(path, 'utf8')
  } catch {
    throw new Error('names a file that cannot be read')
  }
  if (!pem.includes('-----BEGIN PRIVATE KEY-----')) throw new Error('names a file without a private key (PKCS #8, PEM)')
  return pem
}

const optional = <T>(setting: Omit<Setting<T>, 'fallback' | 'refuse'>): Setting<T | undefined> => ({ ...setting, fallback: undefined })

/** The settings of the sign-in, for the issuer's table. */
export const SIGN_IN_TABLE = {
  signInKind: {
    name: 'ISSUER_SIGN_IN',
    help: 'how citizens sign in: synthetic, a page of invented persons for development; or openid',
    read: kindNamed,
    fallback: undefined,
    refuse: (kind) => (kind === undefined || kind.production ? null : 'lets anybody be anybody; use openid'),
  } as Setting<SignInKind | undefined>,
  openIdIssuer: {
    name: 'ISSUER_OPENID_ISSUER',
    help: 'the OpenID provider, as it calls itself',
    read: providerAddress,
    fallback: undefined,
    refuse: (value) => (value === undefined ? null : httpsOnly(value)),
  } as Setting<string | undefined>,
  openIdClientId: optional({ name: 'ISSUER_OPENID_CLIENT_ID', help: 'what the provider calls this issuer', read: text }),
  openIdSecret: optional({ name: 'ISSUER_OPENID_CLIENT_SECRET_FILE', help: 'a file with the secret it gave us', read: secretFile }),
  openIdKey: optional({ name: 'ISSUER_OPENID_KEY_FILE', help: 'in place of a secret: our private key, P-256, PEM', read: keyFile }),
  openIdSubjectClaim: optional({
    name: 'ISSUER_OPENID_SUBJECT_CLAIM',
    help: 'the claim that holds the number by which the sources know a person',
    read: text,
  }),
  openIdScope: { name: 'ISSUER_OPENID_SCOPE', help: 'what to ask the provider for', read: text, fallback: 'openid' } as Setting<string>,
} as const

/** The sign-in these values ask for; undefined in production when they ask for none. Throws `SettingsError` with all that an OpenID sign-in lacks. */
export function signInSettings(values: Values<typeof SIGN_IN_TABLE>, mode: Mode): SignInSettings | undefined {
  const kind = values.signInKind ?? (mode === 'development' ? syntheticSignIn : undefined)
  if (kind === undefined || !kind.needsProvider) return kind && { kind, openId: undefined }
  const { openIdIssuer: issuer, openIdClientId: clientId, openIdSubjectClaim: subjectClaim, openIdScope: scope } = values
  const { openIdSecret: secret, openIdKey: key } = values
  const proof = secret === undefined ? key && { key } : { secret }
  const faults = [
    ...(issuer === undefined ? ['ISSUER_OPENID_ISSUER: is missing'] : []),
    ...(clientId === undefined ? ['ISSUER_OPENID_CLIENT_ID: is missing'] : []),
    ...(subjectClaim === undefined ? ['ISSUER_OPENID_SUBJECT_CLAIM: is missing; nobody is matched by guess'] : []),
    ...(proof ? [] : ['ISSUER_OPENID_CLIENT_SECRET_FILE: is missing, and so is ISSUER_OPENID_KEY_FILE']),
    ...(secret !== undefined && key !== undefined ? ['ISSUER_OPENID_KEY_FILE: is given beside a secret; keep one of them'] : []),
    ...(scope.split(' ').includes('openid') ? [] : ['ISSUER_OPENID_SCOPE: must hold openid']),
  ]
  if (issuer === undefined || clientId === undefined || subjectClaim === undefined || !proof || faults.length > 0) {
    throw new SettingsError(faults.map((fault) => `${fault} (ISSUER_SIGN_IN is openid)`))
  }
  return { kind, openId: { issuer, clientId, proof, subjectClaim, scope } }
}

/** Opens the sign-in. Throws `SettingsError` when a type lets wallets ask by themselves and no setting says how citizens sign in. */
export function openSignIn(settings: SignInSettings | undefined, types: readonly CredentialType[]): SignIn | undefined {
  const needing = types.filter(({ grants }) => grants.includes(authorizationCode.id)).map(({ name }) => name)
  if (settings === undefined && needing.length > 0) {
    throw new SettingsError([`ISSUER_SIGN_IN: is missing; who signs in can ask for ${needing.join(', ')} (SYMBOLON_ENV is production)`])
  }
  return settings?.kind.open(settings.openId)
}
