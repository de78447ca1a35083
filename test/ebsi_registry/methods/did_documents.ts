import { isController } from '../did_entries.ts'
import { addressOf, thumbprint } from '../identity.ts'
import { invalidParams } from '../rpc_error.ts'
import { baseDocument, bool, bytes, did, jsonObject, methodId, readPublicKey, seconds } from './fields.ts'
import { builtAs, type Call, method, require } from './method.ts'

/** That the sender may write for the DID, and that it is registered. */
export function requireController({ state, sender }: Call, of: string): void {
  require(state.dids.has(of), 'did does not exist')
  require(isController(state, of, sender), 'sender is not a controller of the did')
}

/** Throws invalid params unless the fragment is the thumbprint of the key. */
export function checkKey(args: { vMethodId: string; publicKey: string; isSecp256k1: boolean }): void {
  const jwk = readPublicKey(args.publicKey, args.isSecp256k1)
  if (jwk === null) throw invalidParams('publicKey is no key of its kind')
  if (thumbprint(jwk) !== args.vMethodId) throw invalidParams('vMethodId must be the thumbprint of publicKey')
}

export const insertDidDocument = method({
  name: 'insertDidDocument',
  scopes: ['didr_invite', 'didr_write'],
  fields: { did, baseDocument, vMethodId: methodId, publicKey: bytes, isSecp256k1: bool, notBefore: seconds, notAfter: seconds },
  check(args) {
    if (!args.isSecp256k1) throw invalidParams('isSecp256k1 must be true')
    if (args.notBefore >= args.notAfter) throw invalidParams('notBefore must be before notAfter')
    checkKey(args)
  },
  plan(args, { state, sender, time }) {
    const jwk = readPublicKey(args.publicKey, true)
    require(!state.dids.has(args.did), 'did already exists')
    // Who registers with an invitation signs with the new key; who is registered may do it for another.
    const isRegistered = [...state.dids.keys()].some((other) => isController(state, other, sender))
    require(jwk !== null && (addressOf(jwk) === sender || isRegistered), 'sender does not own the public key')
    const { notBefore, notAfter, vMethodId } = args
    return () =>
      void state.dids.set(args.did, {
        did: args.did,
        created: time,
        baseDocument: args.baseDocument,
        controllers: [args.did],
        methods: new Map([[vMethodId, { jwk, isRevoked: false }]]),
        relationships: ['authentication', 'capabilityInvocation'].map((name) => ({ name, vMethodId, notBefore, notAfter })),
      })
  },
})

export const updateBaseDocument = method({
  name: 'updateBaseDocument',
  scopes: ['didr_write'],
  fields: { did, baseDocument },
  plan(args, call) {
    requireController(call, args.did)
    return () => {
      const entry = call.state.dids.get(args.did)
      if (entry) entry.baseDocument = args.baseDocument
    }
  },
})

/** The base document on the ledger, as an object; empty for a DID that is not there. */
const stored = (document: string | undefined): Record<string, unknown> => jsonObject(document) ?? { '@context': [] }
const services = (base: Record<string, unknown>): Record<string, unknown>[] => (Array.isArray(base.service) ? base.service : [])

export const addService = builtAs(updateBaseDocument, {
  name: 'addService',
  scopes: ['didr_write'],
  fields: {
    did,
    service: {
      abi: 'string',
      rule: 'must be the text of a JSON object with id, type and serviceEndpoint',
      parse(value) {
        const service = jsonObject(value)
        return service && ['id', 'type', 'serviceEndpoint'].every((name) => name in service) ? service : undefined
      },
    },
  },
  convert({ did, service }, state) {
    const base = stored(state.dids.get(did)?.baseDocument)
    if (services(base).some(({ id }) => id === service.id)) throw invalidParams('a service with this id is there already')
    return { did, baseDocument: JSON.stringify({ ...base, service: [...services(base), service] }) }
  },
})

export const revokeService = builtAs(updateBaseDocument, {
  name: 'revokeService',
  scopes: ['didr_write'],
  fields: {
    did,
    serviceId: { abi: 'string', rule: 'must be a text', parse: (value) => (typeof value === 'string' && value !== '' ? value : undefined) },
  },
  convert({ did, serviceId }, state) {
    const base = stored(state.dids.get(did)?.baseDocument)
    const kept = services(base).filter(({ id }) => id !== serviceId)
    if (kept.length === services(base).length) throw invalidParams('there is no service with this id')
    const { service: _, ...others } = base
    return { did, baseDocument: JSON.stringify(kept.length === 0 ? others : { ...others, service: kept }) }
  },
})
