import { isController } from '../did_entries.ts'
import { sha256 } from '../identity.ts'
import { attributeOf, bare, ISSUER_TYPES, type IssuerEntry, type Revision } from '../issuer_entries.ts'
import { bytes32, did, hexText, issuerType, vcJwt } from './fields.ts'
import { type Call, method, require } from './method.ts'

/** The entry of an issuer, made when there is none. */
function entryOf({ state }: Call, of: string): IssuerEntry {
  const entry = state.issuers.get(of) ?? { did: of, hasAttributes: false, attributes: new Map(), proxies: new Map() }
  state.issuers.set(of, entry)
  return entry
}

/** Whether anybody else has a revision of this id. */
const isTaken = ({ state }: Call, id: string, of: string): boolean =>
  [...state.issuers.values()].some((other) => other.did !== of && attributeOf(other, id) !== null)

export const setAttributeMetadata = method({
  name: 'setAttributeMetadata',
  scopes: ['tir_write'],
  fields: { did, attributeId: bytes32, issuerType, taoDid: did, taoAttributeId: bytes32 },
  plan(args, call) {
    const { state, sender, time } = call
    const type = ISSUER_TYPES[args.issuerType] ?? 'undefined'
    const isRoot = type === 'RootTAO'
    const before = attributeOf(state.issuers.get(args.did), args.attributeId)
    require(!isTaken(call, args.attributeId, args.did), 'attribute already stored')
    const accreditor = isRoot ? null : attributeOf(state.issuers.get(args.taoDid), args.taoAttributeId)
    require(isRoot || accreditor !== null, 'attribute has not been found')
    if (!state.office.has(sender)) {
      require(!isRoot, "Policy error: sender doesn't have the attribute TIR:setAttributeMetadata")
      const mayAccredit = accreditor?.latest.issuerType === 'RootTAO' || accreditor?.latest.issuerType === 'TAO'
      require(mayAccredit && isController(state, args.taoDid, sender), 'Policy error: sender is not TAO/RootTao')
      const isInChain = before === null || before.latest.tao === args.taoDid || before.latest.rootTao === args.taoDid
      require(isInChain, `Policy error: sender is not TAO/RootTao of current did ${args.did}`)
    }
    const attributeId = before?.id ?? bare(args.attributeId)
    const revision: Revision = {
      id: before === null ? attributeId : sha256(`${time}/${args.did}/${before.latest.id}`),
      issuerType: type,
      tao: isRoot ? args.did : args.taoDid,
      rootTao: isRoot ? args.did : (accreditor?.latest.rootTao ?? ''),
      body: '',
    }
    require(before === null || attributeOf(state.issuers.get(args.did), revision.id) === null, 'revision already stored')
    return () => void entryOf(call, args.did).attributes.set(attributeId, [...(before?.revisions ?? []), revision])
  },
})

export const setAttributeData = method({
  name: 'setAttributeData',
  scopes: ['tir_invite', 'tir_write'],
  fields: { did, attributeId: bytes32, attributeData: vcJwt },
  plan(args, call) {
    const { state, sender } = call
    require(isController(state, args.did, sender), 'Not the issuer itself')
    const before = attributeOf(state.issuers.get(args.did), args.attributeId)
    require(before !== null, 'attribute has not been found')
    const body = hexText(args.attributeData) ?? ''
    const id = sha256(body)
    require(attributeOf(state.issuers.get(args.did), id) === null && !isTaken(call, id, args.did), 'revision already stored')
    return () => {
      const entry = entryOf(call, args.did)
      entry.hasAttributes = true
      entry.attributes.set(before.id, [...before.revisions, { ...before.latest, id, body }])
    }
  },
})
