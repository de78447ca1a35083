import type { DidEntry } from '../did_entries.ts'
import { invalidParams } from '../rpc_error.ts'
import { checkKey, requireController } from './did_documents.ts'
import { bool, bytes, did, methodId, readPublicKey, relationshipName, seconds } from './fields.ts'
import { type Call, method, require } from './method.ts'

function writable(call: Call, of: string): DidEntry {
  requireController(call, of)
  const entry = call.state.dids.get(of)
  require(entry !== undefined && entry.fixed === undefined, 'did cannot be written')
  return entry
}

function end(entry: DidEntry, vMethodId: string, notAfter: number): void {
  entry.relationships = entry.relationships.map((one) => (one.vMethodId === vMethodId ? { ...one, notAfter } : one))
}

export const addVerificationMethod = method({
  name: 'addVerificationMethod',
  scopes: ['didr_write'],
  fields: { did, vMethodId: methodId, publicKey: bytes, isSecp256k1: bool },
  check: checkKey,
  plan(args, call) {
    const entry = writable(call, args.did)
    const jwk = readPublicKey(args.publicKey, args.isSecp256k1)
    require(jwk !== null && !entry.methods.has(args.vMethodId), 'vMethodId already exists')
    return () => void entry.methods.set(args.vMethodId, { jwk, isRevoked: false })
  },
})

export const addVerificationRelationship = method({
  name: 'addVerificationRelationship',
  scopes: ['didr_write'],
  fields: { did, name: relationshipName, vMethodId: methodId, notBefore: seconds, notAfter: seconds },
  check({ notBefore, notAfter }) {
    if (notBefore >= notAfter) throw invalidParams('notBefore must be before notAfter')
  },
  plan({ did, ...relationship }, call) {
    const entry = writable(call, did)
    const found = entry.methods.get(relationship.vMethodId)
    require(found !== undefined, "vMethodId doesn't exist")
    require(!found.isRevoked, 'vMethodId is revoked')
    const isThere = entry.relationships.some(({ name, vMethodId }) => name === relationship.name && vMethodId === relationship.vMethodId)
    require(!isThere, 'relationship already exists')
    return () => void entry.relationships.push(relationship)
  },
})

export const revokeVerificationMethod = method({
  name: 'revokeVerificationMethod',
  scopes: ['didr_write'],
  fields: { did, vMethodId: methodId, notAfter: seconds },
  check({ notAfter }, state) {
    if (notAfter > state.now()) throw invalidParams('notAfter must be in the past')
  },
  plan(args, call) {
    const entry = writable(call, args.did)
    const found = entry.methods.get(args.vMethodId)
    require(found !== undefined, "vMethodId doesn't exist")
    require(!found.isRevoked, 'vMethodId already revoked')
    return () => {
      end(entry, args.vMethodId, args.notAfter)
      entry.methods.set(args.vMethodId, { ...found, isRevoked: true })
    }
  },
})

export const expireVerificationMethod = method({
  name: 'expireVerificationMethod',
  scopes: ['didr_write'],
  fields: { did, vMethodId: methodId, notAfter: seconds },
  check({ notAfter }, state) {
    if (notAfter <= state.now()) throw invalidParams('notAfter must be in the future')
  },
  plan(args, call) {
    const entry = writable(call, args.did)
    const found = entry.methods.get(args.vMethodId)
    require(found !== undefined, "vMethodId doesn't exist")
    require(!found.isRevoked, 'vMethodId already revoked')
    return () => end(entry, args.vMethodId, args.notAfter)
  },
})

export const rollVerificationMethod = method({
  name: 'rollVerificationMethod',
  scopes: ['didr_write'],
  struct: 'rollArgs',
  fields: {
    did,
    vMethodId: methodId,
    publicKey: bytes,
    isSecp256k1: bool,
    notBefore: seconds,
    notAfter: seconds,
    oldVMethodId: methodId,
    duration: seconds,
  },
  check(args) {
    if (args.notBefore >= args.notAfter) throw invalidParams('notBefore must be before notAfter')
    checkKey(args)
  },
  plan(args, call) {
    const entry = writable(call, args.did)
    const jwk = readPublicKey(args.publicKey, args.isSecp256k1)
    require(jwk !== null && !entry.methods.has(args.vMethodId), 'vMethodId already exists')
    require(entry.methods.has(args.oldVMethodId), "oldVMethodId doesn't exist")
    const { vMethodId, notBefore, notAfter } = args
    const successors = entry.relationships
      .filter((one) => one.vMethodId === args.oldVMethodId)
      .map(({ name }) => ({ name, vMethodId, notBefore, notAfter }))
    return () => {
      entry.methods.set(vMethodId, { jwk, isRevoked: false })
      end(entry, args.oldVMethodId, notBefore + args.duration)
      entry.relationships.push(...successors)
    }
  },
})
