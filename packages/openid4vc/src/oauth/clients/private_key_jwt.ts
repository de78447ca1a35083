import { type JsonObject, type Jws, SdJwtError, type SignatureAlgorithm, unsignedJws, verifyJws } from '@symbolon/sd-jwt'
import { ProtocolError } from '../../errors.ts'
import type { Form } from '../form.ts'
import { checkTimes, onceOf, parseJwt, type Refuse, readJti, readTime } from '../jwt.ts'
import type { ClientAuthentication, ClientRule } from './index.ts'
import type { RegisteredClient } from './registered_client.ts'

const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
/** Untyped, or typed as what it is; a JWT with another type is meant for something else (RFC 8725 section 3.11). */
const TYPES: readonly unknown[] = [undefined, 'JWT', 'client-authentication+jwt']
/** Asymmetric ones; announced in the metadata. */
export const ASSERTION_ALGORITHMS: readonly SignatureAlgorithm[] = ['ES256', 'ES384', 'ES512']
/** How long an assertion may be good for, in seconds: as long the store remembers it. */
const LONGEST_LIFE = 600
const OUR_LIFE = 60

const refused: Refuse = (description, cause) => new ProtocolError('invalid_client', description, cause)

/** A client that signs who it is with a key of its own (RFC 7523 section 2.2, as FAPI 2.0 section 5.3 narrows it). */
export const privateKeyJwt: ClientAuthentication = {
  id: 'private_key_jwt',
  spec: 'RFC 7523 section 3',
  keys: true,
  claimedId,
  authenticate,
  async members({ id, key }, draft) {
    if (key === undefined) throw new TypeError('a client that authenticates with private_key_jwt has a key')
    const { signer, kid } = key
    const header: JsonObject = { alg: signer.algorithm, typ: 'JWT', ...(kid !== undefined && { kid }) }
    const times = { iat: draft.issuedAt, exp: draft.issuedAt + OUR_LIFE }
    const unsigned = unsignedJws(header, { iss: id, sub: id, aud: draft.audience, jti: draft.id, ...times })
    const assertion = unsigned.seal(await signer.sign(unsigned.input))
    return { client_id: id, client_assertion_type: ASSERTION_TYPE, client_assertion: assertion }
  },
}

/** The subject of an assertion: `client_id` beside it is unnecessary, and the same if it is there (RFC 7521 section 4.2). */
function claimedId(form: Form): string | undefined {
  if (!form.has('client_assertion') && !form.has('client_assertion_type')) return undefined
  const subject = parse(form).payload.sub
  if (typeof subject !== 'string') throw refused('sub must be the client identifier')
  return subject
}

async function authenticate(form: Form, client: RegisteredClient, rule: ClientRule) {
  if (!form.has('client_assertion')) throw refused('this client must authenticate with private_key_jwt')
  const jws = parse(form)
  if (!TYPES.includes(jws.header.typ)) throw refused('typ is that of another kind of JWT')
  const { payload } = jws
  for (const name of ['iss', 'sub']) if (payload[name] !== client.id) throw refused(`${name} must be the client identifier`)
  if (payload.aud !== rule.audience) throw refused('aud must be the issuer identifier of this server, as one string, exactly')
  const expires = readTime(payload, 'exp', refused)
  if (expires === undefined) throw refused('exp is missing')
  if (expires > rule.now + LONGEST_LIFE) throw refused(`exp is more than ${LONGEST_LIFE} seconds ahead`)
  checkTimes(payload, rule.now, refused)
  const jti = readJti(payload, refused)
  if (!(await isSignedBy(client, jws, rule))) throw refused('the signature fits none of the keys of this client')
  return onceOf('client_assertion', [client.id, jti], expires, rule.primitives)
}

function parse(form: Form): Jws {
  if (form.get('client_assertion_type') !== ASSERTION_TYPE) throw refused(`client_assertion_type must be ${ASSERTION_TYPE}`)
  const assertion = form.get('client_assertion')
  if (assertion === undefined) throw refused('client_assertion is missing')
  return parseJwt(assertion, 'client_assertion', refused)
}

/** By the key it names, else by any that fits its algorithm. */
async function isSignedBy({ keys }: RegisteredClient, jws: Jws, { primitives }: ClientRule): Promise<boolean> {
  const algorithm = ASSERTION_ALGORITHMS.find((known) => known === jws.header.alg)
  if (algorithm === undefined) throw refused(`alg must be one of ${ASSERTION_ALGORITHMS.join(', ')}`)
  const { kid } = jws.header
  for (const jwk of keys.filter((key) => kid === undefined || key.kid === kid)) {
    try {
      const key = await primitives.importKey(jwk, algorithm)
      if (await verifyJws(jws, { key, algorithms: [algorithm], primitives })) return true
    } catch (error) {
      // A key of another curve; another one may fit.
      if (!(error instanceof SdJwtError)) throw error
    }
  }
  return false
}
