import { isController } from '../did_entries.ts'
import { sha256 } from '../identity.ts'
import { bare, type IssuerEntry } from '../issuer_entries.ts'
import { checkProxy } from '../proxies.ts'
import { bytes32, did, proxyData } from './fields.ts'
import { type Call, method, require } from './method.ts'

function issuerOf({ state, sender }: Call, of: string): IssuerEntry {
  const entry = state.issuers.get(of)
  require(entry !== undefined, 'issuer does not exist')
  require(isController(state, of, sender) || state.office.has(sender), `Policy error: sender is not controller of the did ${of}`)
  return entry
}

export const addIssuerProxy = method({
  name: 'addIssuerProxy',
  scopes: ['tir_write'],
  fields: { did, proxyData },
  check: checkProxy,
  plan(args, call) {
    const { proxies } = issuerOf(call, args.did)
    const id = sha256(args.proxyData)
    require(!proxies.has(id), 'proxy already stored')
    return () => void proxies.set(id, args.proxyData)
  },
})

export const updateIssuerProxy = method({
  name: 'updateIssuerProxy',
  scopes: ['tir_write'],
  fields: { did, proxyId: bytes32, proxyData },
  check: checkProxy,
  plan(args, call) {
    const { proxies } = issuerOf(call, args.did)
    require(proxies.has(bare(args.proxyId)), 'proxy not found')
    return () => void proxies.set(bare(args.proxyId), args.proxyData)
  },
})

export const removeIssuerProxy = method({
  name: 'removeIssuerProxy',
  scopes: ['tir_write'],
  fields: { did, proxyId: bytes32 },
  plan(args, call) {
    const { proxies } = issuerOf(call, args.did)
    require(proxies.has(bare(args.proxyId)), 'proxy not found')
    return () => void proxies.delete(bare(args.proxyId))
  },
})
