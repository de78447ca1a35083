import { readEcJwk } from '@symbolon/credential'
import type { Json, Jwk } from '@symbolon/sd-jwt'
import { reader } from '../../message.ts'
import { redirectUriFault } from '../redirect_uri.ts'
import { authenticationNamed, CLIENT_AUTHENTICATIONS, type ClientAuthentication, clientIdFault } from './index.ts'

/** A client that the institution knows: what people are told it is, where its answers go, and how it proves who it is. */
export interface RegisteredClient {
  readonly id: string
  readonly name: string
  readonly redirectUris: readonly string[]
  readonly authentication: ClientAuthentication
  /** Public keys; none for a client that proves nothing. */
  readonly keys: readonly Jwk[]
}

const MEMBERS = ['client_id', 'name', 'redirect_uris', 'authentication', 'jwks']
const LONGEST_NAME = 100
const MOST_KEYS = 10

const read = reader((place, what) => new Error(`${place} ${what}`))

/** Reads the clients an institution registered, `[{ client_id, name, redirect_uris, authentication, jwks? }]`; throws Error that names the place. */
export function parseClients(document: Json): RegisteredClient[] {
  if (!Array.isArray(document)) throw new Error('the document must be an array of clients')
  const clients = document.map((entry, index) => parseClient(entry, `[${index}]`))
  const twice = clients.find(({ id }, index) => clients.findIndex((other) => other.id === id) !== index)
  if (twice !== undefined) throw new Error('a client_id is there twice')
  return clients
}

function parseClient(value: Json, place: string): RegisteredClient {
  const members = read.object(value, place)
  // A misspelt member would be a wish not granted.
  if (Object.keys(members).some((name) => !MEMBERS.includes(name))) read.refuse(place, `may have ${MEMBERS.join(', ')} and nothing else`)
  const id = read.string(members.client_id, `${place}.client_id`)
  const fault = clientIdFault(id)
  if (fault !== undefined) read.refuse(`${place}.client_id`, fault)
  const name = read.string(members.name, `${place}.name`)
  if (name.length > LONGEST_NAME || /\p{C}/u.test(name))
    read.refuse(`${place}.name`, `must be text of one line, at most ${LONGEST_NAME} characters`)
  const redirectUris = read.strings(members.redirect_uris, `${place}.redirect_uris`)
  for (const [index, uri] of redirectUris.entries()) {
    const wrong = redirectUriFault(uri)
    if (wrong !== undefined) read.refuse(`${place}.redirect_uris[${index}]`, wrong)
  }
  const authentication = authenticationNamed(read.string(members.authentication, `${place}.authentication`))
  if (authentication === undefined) {
    return read.refuse(`${place}.authentication`, `must be one of ${CLIENT_AUTHENTICATIONS.map((one) => one.id).join(', ')}`)
  }
  if (!authentication.keys && members.jwks !== undefined) read.refuse(`${place}.jwks`, `does not go with ${authentication.id}`)
  return { id, name, redirectUris, authentication, keys: authentication.keys ? parseKeys(members.jwks, `${place}.jwks`) : [] }
}

function parseKeys(value: Json | undefined, place: string): Jwk[] {
  const keys = read.array(read.object(value, place).keys, `${place}.keys`)
  if (keys.length > MOST_KEYS) read.refuse(`${place}.keys`, `must be at most ${MOST_KEYS}`)
  return keys.map((key, index) => {
    const at = `${place}.keys[${index}]`
    const jwk = readEcJwk(read.object(key, at))
    return typeof jwk === 'string' ? read.refuse(`${at}:`, jwk) : jwk
  })
}
